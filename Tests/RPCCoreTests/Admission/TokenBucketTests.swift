import RPCCore
import Testing

@Suite("Token bucket")
struct TokenBucketTests {
    private static let second: Nanoseconds = 1_000_000_000

    @Test("A burst passes at once, then one for each interval, and the wait is told")
    func rate() {
        var bucket = TokenBucket(perSecond: 10, burst: 3)
        let now = 5 * Self.second
        let first = (0..<4).map { _ in bucket.take(at: now) }
        #expect(first == [nil, nil, nil, Self.second / 10])
        let early = bucket.take(at: now + Self.second / 10 - 1)
        #expect(early == 1)
        let next = (0..<2).map { _ in bucket.take(at: now + Self.second / 10) }
        #expect(next == [nil, Self.second / 10])
    }

    @Test("What is not used is kept up to the burst, and no more")
    func refill() {
        var bucket = TokenBucket(perSecond: 10, burst: 3)
        for _ in 0..<3 { _ = bucket.take(at: 0) }
        let later = (0..<4).map { _ in bucket.take(at: 100 * Self.second) }
        #expect(later.filter { $0 == nil }.count == 3)
    }

    @Test("Nothing drifts: in an hour as many pass as the rate says")
    func drift() {
        var bucket = TokenBucket(perSecond: 7, burst: 1)
        var passed = 0
        for step in 0..<(3600 * 100) where bucket.take(at: Nanoseconds(step) * 10_000_000) == nil {
            passed += 1
        }
        // Steps of 10 ms cost each token up to one step.
        #expect((3600 * 7 - 1800...3600 * 7 + 1).contains(passed))
    }

    @Test("Extreme settings neither trap nor block for ever", arguments: [0, 1, .max])
    func extremes(number: Int) {
        var bucket = TokenBucket(perSecond: number, burst: number)
        let first = bucket.take(at: Nanoseconds(Int64.max))
        #expect(first == nil)
    }
}
