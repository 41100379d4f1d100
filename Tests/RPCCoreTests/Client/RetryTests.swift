import RPCCore
import Testing

@Suite("Retries")
struct RetryTests {
    private static let policy = RetryPolicy(
        attempts: 3, firstBackoff: 1000, longestBackoff: 3000)

    private static func call(
        attempts: Int = 1, refusals: Int = 0, servers: Int = 1, policy: RetryPolicy? = policy,
        isIdempotent: Bool = true, timeLeft: Nanoseconds = 1_000_000, mayRetry: Bool = true
    ) -> RetryDecision.Call {
        .init(
            attempts: attempts, refusals: refusals, servers: servers, policy: policy,
            isIdempotent: isIdempotent, timeLeft: timeLeft, mayRetry: mayRetry)
    }

    private static let ran = RetryDecision.Failure(isTransient: true, mayHaveRun: true)
    private static let refused = RetryDecision.Failure(isTransient: true, mayHaveRun: false)

    @Test(
        "A call that surely never ran goes to each other server at once, whatever its method says")
    func refusals() {
        for refusals in 1..<3 {
            let call = Self.call(
                attempts: refusals, refusals: refusals, servers: 3, policy: nil,
                isIdempotent: false, mayRetry: false)
            #expect(
                RetryDecision.after(Self.refused, of: call, budgetAllows: false, random: 0)
                    == .retry(after: 0))
        }
        let last = Self.call(attempts: 3, refusals: 3, servers: 3, policy: nil)
        #expect(
            RetryDecision.after(Self.refused, of: last, budgetAllows: true, random: 0) == .giveUp)
    }

    @Test(
        "An idempotent call is made again as often as its method declares, with a wait that grows")
    func attempts() {
        let waits = (1...3).map { attempts in
            RetryDecision.after(
                Self.ran, of: Self.call(attempts: attempts), budgetAllows: true, random: .max - 615)
        }
        #expect(waits[2] == .giveUp)
        for (wait, most) in zip(waits, [Nanoseconds(1000), 2000]) {
            guard case .retry(let wait) = wait else {
                Issue.record("gave up")
                continue
            }
            #expect(wait <= most)
        }
    }

    @Test(
        "What must not be made again is not",
        arguments: [
            (Self.ran, Self.call(isIdempotent: false), true),
            (Self.ran, Self.call(policy: nil), true),
            (Self.ran, Self.call(mayRetry: false), true),
            (Self.ran, Self.call(), false),
            (Self.ran, Self.call(timeLeft: 0), true),
            (.init(isTransient: false, mayHaveRun: true), Self.call(), true),
            (
                .init(isTransient: true, mayHaveRun: false, isFinal: true), Self.call(servers: 5),
                true
            ),
            (.init(isTransient: true, mayHaveRun: false, retryAfter: 2_000_000), Self.call(), true),
        ] as [(RetryDecision.Failure, RetryDecision.Call, Bool)])
    func never(failure: RetryDecision.Failure, call: RetryDecision.Call, budget: Bool) {
        #expect(
            RetryDecision.after(failure, of: call, budgetAllows: budget, random: 5) == .giveUp)
    }

    @Test("A server's word of when to come again is kept")
    func pushback() {
        let failure = RetryDecision.Failure(
            isTransient: true, mayHaveRun: false, retryAfter: 70_000)
        #expect(
            RetryDecision.after(failure, of: Self.call(servers: 9), budgetAllows: true, random: 0)
                == .retry(after: 70_000))
    }

    @Test("When every call fails, retries stop; they are back when calls go well")
    func budget() {
        var budget = RetryBudget(tokens: 10, perSuccess: 500)
        for _ in 0..<5 {
            #expect(budget.allowsRetry)
            budget.failed()
        }
        #expect(!budget.allowsRetry)
        for _ in 0..<100 { budget.failed() }
        for _ in 0..<10 { budget.succeeded() }
        #expect(!budget.allowsRetry)
        budget.succeeded()
        #expect(budget.allowsRetry)
    }
}
