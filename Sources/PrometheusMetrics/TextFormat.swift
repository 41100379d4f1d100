/// Text in the making: the exposition format of Prometheus, version 0.0.4.
struct TextFormat {
    private(set) var bytes: [UInt8] = []

    mutating func begin(_ name: String, _ type: MetricType, help: String?) {
        if let help { self.line("# HELP \(name) \(MetricName.escaped(help, quotes: false))") }
        self.line("# TYPE \(name) \(type.rawValue)")
    }

    mutating func sample(_ name: String, _ labels: String, _ value: String) {
        self.line(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)")
    }

    private mutating func line(_ text: String) {
        self.bytes += text.utf8
        self.bytes.append(UInt8(ascii: "\n"))
    }

    /// Whole numbers without a point, and infinity as the format spells it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}

extension PrometheusMetrics {
    /// What `Content-Type` says of ``render()``.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All series and the process's own metrics, by name, then by labels.
    package func render() -> [UInt8] {
        var blocks = self.families().map { name, family in
            Block(
                name: name, type: family.type, help: self.help[name],
                samples: family.series.map { ($0.key, $0.value) })
        }
        blocks.append(
            Block(
                Self.droppedName, .counter,
                "Series that were not kept, because there are too many.",
                Double(self.droppedSeries)))
        blocks += ProcessMetrics.read().map(\.blocks) ?? []
        var text = TextFormat()
        for block in blocks.sorted(by: { $0.name < $1.name }) {
            text.begin(block.name, block.type, help: block.help)
            for (labels, series) in block.samples.sorted(by: { $0.labels < $1.labels }) {
                series.write(name: block.name, labels: labels, to: &text)
            }
        }
        return text.bytes
    }
}

/// A metric as it is rendered.
struct Block {
    let name: String
    let type: MetricType
    let help: String?
    let samples: [(labels: String, series: any Series)]

    init(name: String, type: MetricType, help: String?, samples: [(String, any Series)]) {
        self.name = name
        self.type = type
        self.help = help
        self.samples = samples
    }

    /// A metric of one value.
    init(_ name: String, _ type: MetricType, _ help: String, _ value: Double) {
        let series = GaugeSeries()
        series.set(value)
        self.init(name: name, type: type, help: help, samples: [("", series)])
    }
}
