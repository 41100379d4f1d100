import GatewayCore
import Identifiers
import Testing

@Suite("Keys of the API")
struct APIKeyTests {
    @Test("A made key is read again, and its hint does not give it away")
    func roundTrip() {
        var randomness = SystemRandomNumberGenerator()
        for kind in APIKey.Kind.allCases {
            for isLive in [true, false] {
                let key = APIKey(kind, isLive: isLive, randomness: &randomness)
                #expect(APIKey(key.text) == key)
                #expect(key.hint.count < 16)
            }
        }
        let one = APIKey(.secret, isLive: false, randomness: &randomness)
        #expect(one.text != APIKey(.secret, isLive: false, randomness: &randomness).text)
    }

    @Test(
        "What is no key",
        arguments: [
            "", "sk_test_", "sk_prod_" + String(repeating: "a", count: 32), "sk_test_short",
        ])
    func malformed(text: String) {
        #expect(APIKey(text) == nil)
    }

    @Test("Keys come as Bearer, or as the user of Basic")
    func headers() {
        let decode = { (text: String) -> String? in text == "c2s6" ? "sk:" : nil }
        #expect(APIKey.text(authorization: "Bearer sk", decodeBase64: decode) == "sk")
        #expect(APIKey.text(authorization: "bearer  sk", decodeBase64: decode) == "sk")
        #expect(APIKey.text(authorization: "Basic c2s6", decodeBase64: decode) == "sk")
        for header in ["", "Bearer", "Bearer ", "Basic ???", "Digest sk", "sk"] {
            #expect(APIKey.text(authorization: header, decodeBase64: decode) == nil)
        }
    }

    @Test("Who may write may read; nothing else is implied")
    func permissions() throws {
        let write: Set = [Permission(.charges, .write)]
        #expect(write.allows(Permission(.charges, .read)))
        let read: Set = [Permission(.charges, .read)]
        #expect(!read.allows(Permission(.charges, .write)))
        #expect(!read.allows(Permission(.refunds, .read)))
        #expect(Permission("refunds:write") == Permission(.refunds, .write))
        for text in ["", "refunds", "refunds:", "refunds:all", "nothing:read", "a:b:c"] {
            #expect(Permission(text) == nil)
        }
    }
}

@Suite("Rates")
struct TokenBucketTests {
    @Test("A burst, then so many a second")
    func rate() {
        var bucket = TokenBucket(burst: 3, at: 0)
        func take(_ now: Double) -> Bool { bucket.take(rate: 2, burst: 3, at: now) }
        let burst = (0..<4).map { _ in take(0) }
        #expect(burst == [true, true, true, false])
        let later = [take(0.4), take(0.5), take(0.6), take(1.0)]
        #expect(later == [false, true, false, true])
        let muchLater = (0..<4).map { _ in take(100) }
        #expect(muchLater == [true, true, true, false])
        // A clock that goes back fills nothing.
        let back = take(50)
        #expect(!back)
    }

    @Test("Requests at once are counted, and end")
    func concurrency() {
        let limits = KeyUsage.Limits(rate: 1, burst: 10, concurrency: 2)
        var usage = KeyUsage(limits, at: 0)
        let verdicts = (0..<3).map { _ in usage.begin(limits, at: 0) }
        #expect(verdicts == [.admitted, .admitted, .tooMany])
        usage.end()
        let next = usage.begin(limits, at: 0)
        #expect(next == .admitted)
        #expect(!usage.isIdle(limits, at: 100))
        usage.end()
        usage.end()
        #expect(!usage.isIdle(limits, at: 0))
        #expect(usage.isIdle(limits, at: 100))
    }

    @Test("Several gateways share what a key may")
    func shares() {
        let limits = KeyUsage.Limits(rate: 100, burst: 2, concurrency: 10)
        #expect(limits.shared(by: 4) == KeyUsage.Limits(rate: 25, burst: 1, concurrency: 2))
        #expect(limits.shared(by: 0) == limits)
    }
}

@Suite("Idempotency")
struct IdempotencyTests {
    private static let id = UUID128(high: 1, low: 2)
    private static let answer = SavedAnswer(status: 200, body: [1], requestID: "req_1")

    private static func decide(
        _ state: IdempotencyRecord.State?, hash: [UInt8] = [7]
    ) -> IdempotencyDecision {
        IdempotencyDecision(
            state.map { IdempotencyRecord(id: Self.id, requestHash: [7], state: $0) },
            requestHash: hash, key: "k")
    }

    @Test("New, done, at work, left")
    func decisions() {
        #expect(Self.decide(nil) == .execute)
        #expect(Self.decide(.done(Self.answer)) == .replay(Self.answer))
        #expect(Self.decide(.running(isOwnerAlive: true)) == .refuse(.keyInUse))
        #expect(Self.decide(.running(isOwnerAlive: false)) == .resume(id: Self.id))
    }

    @Test("Other parameters are refused, whatever became of the first")
    func mismatch() {
        for state in [
            IdempotencyRecord.State.done(Self.answer), .running(isOwnerAlive: true),
            .running(isOwnerAlive: false),
        ] {
            guard case .refuse(let error) = Self.decide(state, hash: [8]) else {
                Issue.record("not refused: \(state)")
                continue
            }
            #expect(error.status == 400)
            #expect(error.kind == .idempotency)
        }
    }
}
