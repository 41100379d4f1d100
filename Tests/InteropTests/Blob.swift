/// The one message of these tests, `message Blob { bytes data = 1; }`, by hand: what the two ends
/// agree on is then plain to see.
enum Blob {
    static func encode(_ data: [UInt8]) -> [UInt8] {
        // proto3 leaves out what is empty.
        if data.isEmpty { return [] }
        var bytes: [UInt8] = [0x0a]
        var count = data.count
        while count > 0x7f {
            bytes.append(UInt8(count & 0x7f) | 0x80)
            count >>= 7
        }
        bytes.append(UInt8(count))
        return bytes + data
    }

    static func encode(_ text: String) -> [UInt8] { Self.encode(Array(text.utf8)) }

    /// `nil` if that is no such message.
    static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.isEmpty { return [] }
        guard bytes[0] == 0x0a else { return nil }
        var count = 0
        for (index, byte) in bytes.dropFirst().prefix(5).enumerated() {
            count |= Int(byte & 0x7f) << (7 * index)
            if byte < 0x80 {
                let data = bytes.dropFirst(index + 2)
                return data.count == count ? Array(data) : nil
            }
        }
        return nil
    }
}
