internal import Money

/// The letters of a currency in one word, so that a transfer owns no memory of its own.
///
/// Any text makes one; ``isKnown`` tells whether it is a code that the books may use.
package struct CurrencyCode: Hashable, Sendable, Comparable, ExpressibleByStringLiteral {
    /// The UTF-8 bytes, the first in the highest place, zeros behind; all ones for a text that is
    /// longer than eight bytes or has a zero in it.
    package let word: UInt64

    package init(word: UInt64) {
        self.word = word
    }

    package init(_ text: String) {
        var text = text
        self.word = text.withUTF8 { utf8 in
            guard utf8.count <= 8, !utf8.contains(0) else { return UInt64.max }
            var word: UInt64 = 0
            for (index, byte) in utf8.enumerated() { word |= UInt64(byte) << (56 - 8 * index) }
            return word
        }
    }

    package init(stringLiteral text: String) { self.init(text) }

    package static let none = CurrencyCode(word: 0)

    package var isEmpty: Bool { self.word == 0 }

    /// Whether it is an ISO 4217 code exactly as the ledger stores it: "usd" would open a second
    /// set of books.
    package var isKnown: Bool { Self.known.contains(self.word) }

    package static func < (left: CurrencyCode, right: CurrencyCode) -> Bool {
        left.word < right.word
    }

    private static let known = Set(Currency.all.map { CurrencyCode($0.code).word })
}

extension CurrencyCode: CustomStringConvertible {
    package var description: String {
        let bytes = stride(from: 56, through: 0, by: -8)
            .map { UInt8(truncatingIfNeeded: self.word >> UInt64($0)) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
