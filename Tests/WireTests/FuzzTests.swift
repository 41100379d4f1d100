import Messages
import Testing
import Wire

@Suite("Random bytes")
struct FuzzTests {
    /// Bytes that are taken must be a message: encoded and decoded again it stays the same.
    private func check<Value: Message>(_ bytes: [UInt8], as type: Value.Type, _ seed: UInt64)
        -> Bool
    {
        guard let value = try? Value(decoding: bytes) else { return false }
        let encoded = value.encoded()
        // Compared as bytes, since a random double may be NaN, which equals nothing.
        #expect(
            (try? Value(decoding: encoded))?.encoded() == encoded, "seed \(seed): \(bytes)")
        return true
    }

    @Test("Noise is refused or is a message", arguments: [1, 2, 3, 4] as [UInt64])
    func noise(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...64, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = self.check(bytes, as: TestV1.Shapes.self, seed)
            _ = self.check(bytes, as: TestV1.Tree.self, seed)
            _ = self.check(bytes, as: PaymentV1.Payment.self, seed)
        }
    }

    @Test(
        "A message with some bytes changed is refused or is a message",
        arguments: [5, 6, 7, 8] as [UInt64])
    func mutations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let original = TestV1.Shapes.full.encoded()
        var accepted = 0
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                }
            }
            if self.check(bytes, as: TestV1.Shapes.self, seed) { accepted += 1 }
        }
        // Both ways out were taken.
        #expect(accepted > 100 && accepted < 2_900, "seed \(seed): \(accepted)")
    }

    @Test("Many threads decode at once, each in its own arena")
    func threads() async throws {
        let bytes = TestV1.Shapes.full.encoded()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 {
                        guard try TestV1.Shapes(decoding: bytes) == .full else { return false }
                    }
                    return true
                }
            }
            for try await same in group { #expect(same) }
        }
    }
}
