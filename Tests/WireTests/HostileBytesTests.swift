import Messages
import Testing
import Wire

@Suite("Hostile bytes")
struct HostileBytesTests {
    @Test("Bytes that are not UTF-8 are refused, and the field named")
    func invalidUTF8() {
        let leaf = lengthDelimited(1, [0x61, 0xff])
        #expect(
            refusal(of: leaf, as: TestV1.Leaf.self)
                == WireError(.invalidUTF8, message: "florin.test.v1.Leaf", field: "name"))
        // An overlong NUL, a surrogate, and a number above Unicode's last.
        for bytes: [UInt8] in [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]] {
            for field in [14, 26, 41] {
                let code = refusal(of: lengthDelimited(field, bytes), as: TestV1.Shapes.self)?.code
                #expect(code == .invalidUTF8, "field \(field): \(bytes)")
            }
        }
        let nested = refusal(of: lengthDelimited(29, leaf), as: TestV1.Shapes.self)
        #expect(nested?.description == "florin.test.v1.Leaf.name: not valid UTF-8")
    }

    @Test("Bytes fields take anything")
    func bytesField() throws {
        #expect(try TestV1.Shapes(decoding: lengthDelimited(15, [0xff, 0])).data == [0xff, 0])
    }

    @Test("A message cut anywhere is refused or is the fields before the cut")
    func truncated() throws {
        let bytes = TestV1.Shapes.full.encoded()
        var accepted = 0
        for end in 0..<bytes.count {
            let prefix = Array(bytes[..<end])
            guard let error = refusal(of: prefix, as: TestV1.Shapes.self) else {
                let value = try TestV1.Shapes(decoding: prefix)
                // Lists cut between elements are shorter; what is there encodes to the same bytes.
                #expect(value.encoded() == prefix, "cut at \(end)")
                accepted += 1
                continue
            }
            #expect(error.code == .malformed, "cut at \(end)")
        }
        #expect(accepted > 20 && accepted < bytes.count / 2)
    }

    @Test("Unknown fields of every wire type are skipped and dropped")
    func unknownFields() throws {
        let leaf = TestV1.Leaf(name: "oak")
        let unknown: [[UInt8]] = [
            varint(900 << 3) + varint(.max), varint(901 << 3 | 1) + [1, 2, 3, 4, 5, 6, 7, 8],
            lengthDelimited(902, [1, 2, 3]), varint(903 << 3 | 5) + [1, 2, 3, 4],
        ]
        for field in unknown {
            #expect(try TestV1.Leaf(decoding: field + leaf.encoded() + field) == leaf)
        }
    }

    @Test("Groups, field 0, endless numbers and other wire types are refused")
    func malformed() {
        let bad: [[UInt8]] = [
            [0x0b, 0x0c], [0x0e], [0x0f], [0x02, 0x00], [0xff], varint(3 << 3) + [0x80],
            varint(3 << 3) + [UInt8](repeating: 0xff, count: 11), [0x08, 0x01],
            lengthDelimited(21, [1, 2, 3]), lengthDelimited(17, [0x0a, 0x05, 0x61]),
            [0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ]
        for bytes in bad {
            #expect(refusal(of: bytes, as: TestV1.Shapes.self)?.code == .malformed, "\(bytes)")
        }
    }

    @Test("A length beyond the end is refused, however large")
    func hugeLengths() {
        for length in [1, 127, 1 << 20, 1 << 31, 1 << 32, 1 << 62, .max] as [UInt64] {
            for field in [14, 15, 17, 21, 22, 24, 25, 28, 29] {
                let bytes = varint(UInt64(field << 3 | 2)) + varint(length)
                let code = refusal(of: bytes, as: TestV1.Shapes.self)?.code
                #expect(code == .malformed, "field \(field), length \(length)")
            }
            let branch = varint(2 << 3 | 2) + varint(length)
            #expect(refusal(of: branch, as: TestV1.Tree.self)?.code == .malformed)
        }
    }

    @Test("Nesting is allowed to the limit and refused beyond, without recursion")
    func nesting() {
        func tree(depth: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 1..<depth { bytes = lengthDelimited(2, bytes) }
            return bytes
        }
        #expect(refusal(of: tree(depth: 32), as: TestV1.Tree.self) == nil)
        for depth in [33, 1_000, 20_000] {
            #expect(refusal(of: tree(depth: depth), as: TestV1.Tree.self)?.code == .tooDeep)
        }
        let flat = WireLimits(depth: 1)
        #expect(refusal(of: tree(depth: 1), as: TestV1.Tree.self, limits: flat) == nil)
        #expect(
            refusal(of: TestV1.Shapes.full.encoded(), as: TestV1.Shapes.self, limits: flat)?.code
                == .tooDeep)
    }

    @Test("A message longer than the limit is too large, not malformed")
    func tooLong() {
        let text = String(repeating: "x", count: 100)
        let bytes = TestV1.Leaf(name: text).encoded()
        let exactly = WireLimits(messageBytes: bytes.count)
        let less = WireLimits(messageBytes: bytes.count - 1)
        #expect(refusal(of: bytes, as: TestV1.Leaf.self, limits: exactly) == nil)
        #expect(refusal(of: bytes, as: TestV1.Leaf.self, limits: less)?.code == .tooLarge)
        let huge = [UInt8](repeating: 0, count: WireLimits.standard.messageBytes + 1)
        #expect(refusal(of: huge, as: TestV1.Leaf.self)?.code == .tooLarge)
    }

    @Test("Few bytes that ask for much memory are too large, and the next message is not hurt")
    func memory() throws {
        // Two bytes for each empty payment-sized message.
        let bytes = Array(repeating: [0x12, 0x00] as [UInt8], count: 1_000_000).flatMap { $0 }
        #expect(refusal(of: bytes, as: TestV1.Tree.self)?.code == .tooLarge)
        #expect(refusal(of: Array(bytes.prefix(20_000)), as: TestV1.Tree.self) == nil)
        let small = WireLimits(memoryBytes: 1_000)
        #expect(
            refusal(of: TestV1.Shapes.full.encoded(), as: TestV1.Shapes.self, limits: small)?.code
                == .tooLarge)
        #expect(try TestV1.Shapes(decoding: TestV1.Shapes.full.encoded()) == .full)
    }

    @Test("A message field repeated to be merged again and again stays within the limit")
    func repeatedMerges() {
        let leaf = TestV1.Shapes(leaf: TestV1.Leaf(name: "oak", kind: .broad)).encoded()
        let bytes = Array(repeating: leaf, count: 20_000).flatMap { $0 }
        let code = refusal(of: bytes, as: TestV1.Shapes.self)?.code
        #expect(code == nil || code == .tooLarge)
    }
}
