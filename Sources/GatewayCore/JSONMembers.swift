/// The members of an object, read from JSON as ``JSONWriter`` writes it: without space in between.
///
/// Other bytes give members that mean nothing; there are none for which it does not come to an end.
struct JSONMembers: Sequence, IteratorProtocol {
    /// Both as they are written: the name in its quotes.
    struct Member {
        let name: ArraySlice<UInt8>
        let value: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    /// `nil` for what is no object.
    init?(_ json: ArraySlice<UInt8>) {
        guard json.count >= 2, json.first == UInt8(ascii: "{"), json.last == UInt8(ascii: "}")
        else { return nil }
        self.rest = json.dropFirst().dropLast()
    }

    mutating func next() -> Member? {
        guard !self.rest.isEmpty else { return nil }
        let name = self.take(upTo: UInt8(ascii: ":"))
        return Member(name: name, value: self.take(upTo: UInt8(ascii: ",")))
    }

    /// Takes what comes before a byte that stands neither in a text nor in brackets, and drops
    /// that byte.
    private mutating func take(upTo end: UInt8) -> ArraySlice<UInt8> {
        var depth = 0
        var isText = false
        var isEscaped = false
        for (index, byte) in zip(self.rest.indices, self.rest) {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): isText.toggle()
            case _ where isText: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case end where depth == 0:
                defer { self.rest = self.rest[(index + 1)...] }
                return self.rest[..<index]
            default: break
            }
        }
        defer { self.rest = [] }
        return self.rest
    }
}
