internal import Synchronization
internal import TestKit
internal import Testing

@testable internal import FXService

@Suite("A read for many", .timeLimit(.minutes(1)))
struct SharedReadTests {
    /// Counts reads and keeps each until it is let go.
    private final class Reads: Sendable {
        private let state = Mutex((began: 0, allowed: 0, fails: false))

        var began: Int { self.state.withLock { $0.began } }

        func allow(_ count: Int) { self.state.withLock { $0.allowed += count } }
        func fail(_ fails: Bool) { self.state.withLock { $0.fails = fails } }

        func read() async throws -> Int {
            let number = self.state.withLock { state in
                state.began += 1
                return state.began
            }
            _ = try await eventually { self.state.withLock { number <= $0.allowed } }
            if self.state.withLock({ $0.fails }) { throw Broken() }
            return number
        }
    }

    private struct Broken: Error {}

    @Test("Whoever asks while one runs gets the next, and shares it")
    func shared() async throws {
        let reads = Reads()
        let shared = SharedRead { try await reads.read() }
        async let first = shared.value()
        let hasBegun = try await eventually { reads.began == 1 }
        #expect(hasBegun)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { try await shared.value() } }
            reads.allow(1_000)
            let later = try await group.reduce(into: [Int]()) { $0.append($1) }
            // All began after the first read did; how many share one depends on when they came.
            #expect(later.allSatisfy { $0 >= 2 })
        }
        #expect(try await first == 1)
        #expect(reads.began <= 51)
    }

    @Test("Callers one after another get a read each")
    func oneByOne() async throws {
        let reads = Reads()
        reads.allow(1_000)
        let shared = SharedRead { try await reads.read() }
        for number in 1...5 {
            let value = try await shared.value()
            #expect(value == number)
        }
    }

    @Test("A read that fails is the failure of those who shared it, and of no other")
    func failure() async throws {
        let reads = Reads()
        let shared = SharedRead { try await reads.read() }
        reads.allow(10)
        reads.fail(true)
        await #expect(throws: Broken.self) { try await shared.value() }
        reads.fail(false)
        let value = try await shared.value()
        #expect(value == 2)
    }
}
