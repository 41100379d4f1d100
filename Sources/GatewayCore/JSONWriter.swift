/// Writes JSON straight into bytes: no tree in between.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 512) {
        self.bytes.reserveCapacity(capacity)
    }

    // MARK: Values

    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try self.enclosed("{", "}", body)
    }

    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try self.enclosed("[", "]", body)
    }

    package mutating func value(_ text: String) {
        self.separate()
        self.string(text)
    }

    package mutating func value(_ number: Int64) {
        self.separate()
        self.bytes.append(contentsOf: String(number).utf8)
    }

    package mutating func value(_ flag: Bool) {
        self.separate()
        self.bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
    }

    package mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: [UInt8]) {
        self.separate()
        self.bytes.append(contentsOf: json)
    }

    // MARK: Fields

    package mutating func key(_ name: String) {
        self.separate()
        self.string(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func object<Failure: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(name)
        try self.object(body)
    }

    package mutating func array<Failure: Error>(
        _ name: String, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(name)
        try self.array(body)
    }

    package mutating func field(_ name: String, _ text: String?) {
        self.key(name)
        if let text { self.value(text) } else { self.null() }
    }

    package mutating func field(_ name: String, _ number: Int64?) {
        self.key(name)
        if let number { self.value(number) } else { self.null() }
    }

    package mutating func field(_ name: String, _ flag: Bool) {
        self.key(name)
        self.value(flag)
    }

    /// The field, unless there is nothing in it.
    package mutating func optional(_ name: String, _ text: String?) {
        if let text { self.field(name, text) }
    }

    package mutating func raw(_ name: String, _ json: [UInt8]) {
        self.key(name)
        self.raw(json)
    }

    /// Fields that have no value here, and in Stripe's objects are there all the same.
    package mutating func nulls(_ names: String...) {
        for name in names {
            self.key(name)
            self.null()
        }
    }

    package mutating func empty(_ name: String) { self.object(name) { _ in } }

    package mutating func texts(_ name: String, _ texts: [String]) {
        self.array(name) { json in
            for text in texts { json.value(text) }
        }
    }

    package mutating func entries(_ name: String, _ entries: [(key: String, value: String)]) {
        self.object(name) { json in
            for entry in entries { json.field(entry.key, entry.value) }
        }
    }

    // MARK: Bytes

    private mutating func enclosed<Failure: Error>(
        _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.begin(opening)
        try body(&self)
        self.end(closing)
    }

    /// For those who cannot write what is inside by a closure; ``end(_:)`` must follow.
    package mutating func begin(_ opening: Unicode.Scalar) {
        self.separate()
        self.bytes.append(UInt8(ascii: opening))
        self.needsComma = false
    }

    package mutating func end(_ closing: Unicode.Scalar) {
        self.bytes.append(UInt8(ascii: closing))
        self.needsComma = true
    }

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private mutating func string(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.bytes.append(UInt8(ascii: "\\"))
                self.bytes.append(byte)
            case 0..<0x20:
                self.bytes.append(contentsOf: "\\u00".utf8)
                self.bytes.append(Self.digits[Int(byte >> 4)])
                self.bytes.append(Self.digits[Int(byte & 15)])
            default: self.bytes.append(byte)
            }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }
}
