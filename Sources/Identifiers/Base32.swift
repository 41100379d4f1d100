/// Crockford's base32 in lower case, for 128 bits: 26 characters, the first at most "7".
///
/// Only the canonical spelling is read. Crockford's aliases (I and L for 1, O for 0) would give
/// one id several texts, and a text is a key in other people's databases.
enum Base32 {
    static let length = 26
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    static func encode(_ uuid: UUID128) -> String {
        var rest = UInt128(uuid.high) << 64 | UInt128(uuid.low)
        var text = [UInt8](repeating: 0, count: Self.length)
        for index in text.indices.reversed() {
            text[index] = Self.alphabet[Int(rest & 31)]
            rest >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some Collection<UInt8>) -> UUID128? {
        guard text.count == Self.length else { return nil }
        var bits: UInt128 = 0
        for (index, character) in text.enumerated() {
            guard let value = Self.values[Int(character)] else { return nil }
            // 26 characters hold 130 bits: the first may carry three only.
            guard index > 0 || value < 8 else { return nil }
            bits = bits << 5 | UInt128(value)
        }
        return UUID128(
            high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
    }
}
