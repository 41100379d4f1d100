/// Reads the tags of an XML text, one after the other.
///
/// Just as much XML as a list of rates needs: elements with attributes, comments, the
/// declaration. What could expand or fetch anything (a document type, entities, CDATA) is
/// refused.
struct XMLScanner {
    enum Tag: Hashable {
        case start(name: String, attributes: [String: String])
        case end(name: String)
    }

    private let bytes: [UInt8]
    private var position = 0

    /// Of the tag that was read last, from one.
    private(set) var line = 1

    /// Between the tag that was read last and the one before.
    private(set) var text = ""

    /// An element written as `<name/>` has its end reported next.
    private var pendingEnd: String?

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// The next tag; `nil` at the end of the text.
    ///
    /// - Throws: `.malformed`, or `.partial` when the text ends within a tag.
    mutating func next() throws(FXError) -> Tag? {
        if let name = self.pendingEnd {
            self.pendingEnd = nil
            return .end(name: name)
        }
        let start = self.position
        while true {
            self.skip { $0 != UInt8(ascii: "<") }
            guard self.position < self.bytes.count else { return nil }
            if try self.skipComment() { continue }
            break
        }
        self.text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        self.position += 1
        return try self.tag()
    }

    private mutating func tag() throws(FXError) -> Tag {
        let isEnd = self.skip("/")
        let name = try self.name()
        var attributes: [String: String] = [:]
        while true {
            self.skip(while: \.isXMLSpace)
            if self.skip(">") { break }
            if !isEnd, self.skip("/>") {
                self.pendingEnd = name
                break
            }
            guard !isEnd else { throw self.malformed() }
            let (key, value) = try self.attribute()
            guard attributes.updateValue(value, forKey: key) == nil else {
                throw FXError(.duplicate, "an attribute twice", line: self.line, field: key)
            }
        }
        return isEnd ? .end(name: name) : .start(name: name, attributes: attributes)
    }

    private mutating func attribute() throws(FXError) -> (String, String) {
        let key = try self.name()
        guard self.skip("=") else { throw self.malformed() }
        guard self.position < self.bytes.count else { throw self.cutOff() }
        let quote = self.bytes[self.position]
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw self.malformed()
        }
        self.position += 1
        let start = self.position
        self.skip { $0 != quote && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") }
        guard self.position < self.bytes.count else { throw self.cutOff() }
        guard self.bytes[self.position] == quote else { throw self.malformed() }
        let value = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        self.position += 1
        return (key, value)
    }

    private mutating func name() throws(FXError) -> String {
        let start = self.position
        self.skip { $0.isXMLName }
        guard self.position < self.bytes.count else { throw self.cutOff() }
        guard self.position > start else { throw self.malformed() }
        return String(decoding: self.bytes[start..<self.position], as: UTF8.self)
    }

    /// Passes a comment or the declaration; `false` when a tag is next.
    private mutating func skipComment() throws(FXError) -> Bool {
        let end: String
        if self.skip("<!--") {
            end = "-->"
        } else if self.skip("<?") {
            end = "?>"
        } else {
            return false
        }
        while !self.skip(end) {
            guard self.position < self.bytes.count else { throw self.cutOff() }
            self.advance()
        }
        return true
    }

    private mutating func skip(_ text: String) -> Bool {
        guard self.bytes[self.position...].starts(with: text.utf8) else { return false }
        self.position += text.utf8.count
        return true
    }

    private mutating func skip(while predicate: (UInt8) -> Bool) {
        while self.position < self.bytes.count, predicate(self.bytes[self.position]) {
            self.advance()
        }
    }

    private mutating func advance() {
        if self.bytes[self.position] == UInt8(ascii: "\n") { self.line += 1 }
        self.position += 1
    }

    private func malformed() -> FXError {
        FXError(.malformed, "not the XML of the ECB's reference rates", line: self.line)
    }

    private func cutOff() -> FXError {
        FXError(.partial, "the file is cut off: get the whole file again", line: self.line)
    }
}

extension UInt8 {
    fileprivate var isXMLSpace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d
    }

    fileprivate var isXMLName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default:
            false
        }
    }
}
