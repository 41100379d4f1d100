/// What an identifier names, and the prefix that says so in its text form.
package protocol IdentifierKind {
    /// Short and lower case, without the underscore: "pi".
    static var prefix: String { get }

    /// How many of the lowest bits are always zero, free for ids derived from this one.
    static var derivedBits: Int { get }
}

extension IdentifierKind {
    package static var derivedBits: Int { 0 }
}

/// The id of one thing of one kind: "pi_01jd3v5k8r9t0w2x4y6z8a1b3c".
///
/// The text form is the prefix, an underscore and 26 characters of lower-case Crockford base32
/// over 128 bits. It has exactly one spelling, so ids compare as strings, and it starts with the
/// time of creation, so strings sort by it.
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, Comparable {
    package let uuid: UUID128

    package init(uuid: UUID128) {
        self.uuid = uuid
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.uuid < right.uuid
    }

    /// Reads the text form.
    ///
    /// - Throws: `.wrongPrefix` when the text is another kind's id or no id at all; `.malformed`
    ///   when the rest is not 26 characters of the alphabet, is more than 128 bits, or sets bits
    ///   which this kind keeps free.
    package init(parsing text: String) throws(IdentifierError) {
        let start = "\(Kind.prefix)_"
        guard text.utf8.starts(with: start.utf8) else {
            throw .wrongPrefix(expected: Kind.prefix)
        }
        guard let uuid = Base32.decode(text.utf8.dropFirst(start.utf8.count)) else {
            throw .malformed(expected: Kind.prefix)
        }
        guard uuid.low & ((1 << UInt64(Kind.derivedBits)) - 1) == 0 else {
            throw .malformed(expected: Kind.prefix)
        }
        self.init(uuid: uuid)
    }
}

extension Identifier: LosslessStringConvertible {
    package var description: String {
        "\(Kind.prefix)_\(Base32.encode(self.uuid))"
    }

    package init?(_ description: String) {
        guard let identifier = try? Self(parsing: description) else { return nil }
        self = identifier
    }
}

/// Why a text is not the id that was asked for.
package enum IdentifierError: Error, Hashable, Sendable {
    case wrongPrefix(expected: String)
    case malformed(expected: String)
}

extension IdentifierError: CustomStringConvertible {
    /// Safe to show anyone: it repeats nothing of the text that was refused.
    package var description: String {
        switch self {
        case .wrongPrefix(let prefix):
            "expected an id that starts with \"\(prefix)_\""
        case .malformed(let prefix):
            "expected \"\(prefix)_\" and 26 characters of 0-9 and a-z without i, l, o and u"
        }
    }
}
