/// What a strict reader of Prometheus's text format, version 0.0.4, makes of a page. It takes only
/// what the format's page allows, and less: families and series must be in order.
struct Exposition {
    struct Problem: Error, CustomStringConvertible {
        let line: String
        let what: String
        var description: String { "\(self.what): \(self.line)" }
    }

    struct Family {
        var type: String
        var help: String?
        /// By name and labels as they were written.
        var samples: [(name: String, labels: [String: String], value: Double)] = []
    }

    private(set) var families: [String: Family] = [:]
    private(set) var order: [String] = []

    init(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(line: "", what: "not UTF-8")
        }
        guard text.hasSuffix("\n") else { throw Problem(line: "", what: "no last line feed") }
        var help: (name: String, text: String)?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# HELP ") {
                let words = line.dropFirst(7).split(separator: " ", maxSplits: 1)
                guard words.count == 2, help == nil else {
                    throw Problem(line: "\(line)", what: "bad HELP")
                }
                help = ("\(words[0])", "\(words[1])")
            } else if line.hasPrefix("# TYPE ") {
                try self.begin("\(line)", help)
                help = nil
            } else {
                guard help == nil else { throw Problem(line: "\(line)", what: "HELP, no TYPE") }
                try self.add("\(line)")
            }
        }
        for (name, family) in self.families where family.type == "histogram" {
            try Self.check(name, family)
        }
    }

    /// The value of one series.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        self.families.values.flatMap(\.samples)
            .first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func begin(_ line: String, _ help: (name: String, text: String)?) throws {
        let words = line.dropFirst(7).split(separator: " ").map(String.init)
        guard words.count == 2, ["counter", "gauge", "histogram"].contains(words[1]),
            Self.isName(words[0], colons: true), help == nil || help?.name == words[0]
        else { throw Problem(line: line, what: "bad TYPE") }
        guard self.order.last ?? "" < words[0] else {
            throw Problem(line: line, what: "families are out of order, or one comes twice")
        }
        self.order.append(words[0])
        self.families[words[0]] = Family(type: words[1], help: help?.text)
    }

    private mutating func add(_ line: String) throws {
        var reader = LineReader(line)
        let name = reader.name()
        let labels = try reader.labels()
        guard let family = self.order.last, reader.take(" "),
            let value = Self.number(reader.rest)
        else { throw Problem(line: line, what: "bad sample") }
        let isHistogram = self.families[family]?.type == "histogram"
        let names = isHistogram ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
        guard names.contains(name) else { throw Problem(line: line, what: "not of \(family)") }
        let isKnown = self.families[family]?.samples.contains {
            $0.name == name && $0.labels == labels
        }
        guard isKnown == false else { throw Problem(line: line, what: "series comes twice") }
        self.families[family]?.samples.append((name, labels, value))
    }

    /// Buckets rise, end in `+Inf`, and agree with the count.
    private static func check(_ name: String, _ family: Family) throws {
        var buckets: [[String: String]: [(bound: Double, count: Double)]] = [:]
        for sample in family.samples where sample.name == "\(name)_bucket" {
            var labels = sample.labels
            guard let bound = labels.removeValue(forKey: "le").flatMap(self.number) else {
                throw Problem(line: name, what: "a bucket has no bound")
            }
            buckets[labels, default: []].append((bound, sample.value))
        }
        for (labels, buckets) in buckets {
            let count = family.samples.first { $0.name == "\(name)_count" && $0.labels == labels }
            let sum = family.samples.first { $0.name == "\(name)_sum" && $0.labels == labels }
            guard let count, sum != nil, buckets.last?.bound == .infinity,
                buckets.last?.count == count.value,
                zip(buckets, buckets.dropFirst()).allSatisfy({
                    $0.bound < $1.bound && $0.count <= $1.count
                })
            else { throw Problem(line: name, what: "buckets do not add up") }
        }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.allSatisfy { "0123456789.e+-".contains($0) } ? Double(text) : nil
        }
    }

    static func isName(_ text: String, colons: Bool) -> Bool {
        guard let first = text.first, first.isASCII, !first.isNumber else { return false }
        return text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || (colons && $0 == ":"))
        }
    }
}

/// Takes a sample's line apart.
private struct LineReader {
    private let line: String
    private var left: Substring

    init(_ line: String) {
        self.line = line
        self.left = line[...]
    }

    var rest: String { String(self.left) }

    mutating func take(_ character: Character) -> Bool {
        guard self.left.first == character else { return false }
        self.left.removeFirst()
        return true
    }

    mutating func name() -> String {
        let name = self.left.prefix { $0 != "{" && $0 != " " && $0 != "=" }
        self.left.removeFirst(name.count)
        return String(name)
    }

    mutating func labels() throws -> [String: String] {
        guard self.take("{") else { return [:] }
        var labels: [String: String] = [:]
        repeat {
            let name = self.name()
            guard Exposition.isName(name, colons: false), labels[name] == nil, self.take("="),
                self.take("\"")
            else { throw Exposition.Problem(line: self.line, what: "bad label") }
            labels[name] = try self.value()
        } while self.take(",")
        guard self.take("}") else { throw Exposition.Problem(line: self.line, what: "no brace") }
        return labels
    }

    private mutating func value() throws -> String {
        var value = ""
        while !self.left.isEmpty {
            if self.take("\"") { return value }
            if self.take("\\") {
                switch self.left.popFirst() {
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                case "n": value.append("\n")
                default: throw Exposition.Problem(line: self.line, what: "bad escape")
                }
            } else {
                value.append(self.left.removeFirst())
            }
        }
        throw Exposition.Problem(line: self.line, what: "no closing quote")
    }
}
