/// Whether a call that failed is made again.
///
/// Pure. Two kinds: a call that surely never ran, for want of a server that takes it, goes to
/// another server at once, once to each; any other is repeated as its method declares, if it is
/// idempotent or surely never ran, within its time and the budget.
package enum RetryDecision: Hashable, Sendable {
    case giveUp
    case retry(after: Nanoseconds)

    /// How an attempt failed.
    package struct Failure: Hashable, Sendable {
        /// The server is not there, stops, or sheds load.
        package var isTransient: Bool
        package var mayHaveRun: Bool
        /// What the server said of when to come again; `nil` if nothing.
        package var retryAfter: Nanoseconds?
        /// The server said not to come again.
        package var isFinal: Bool

        package init(
            isTransient: Bool, mayHaveRun: Bool, retryAfter: Nanoseconds? = nil,
            isFinal: Bool = false
        ) {
            self.isTransient = isTransient
            self.mayHaveRun = mayHaveRun
            self.retryAfter = retryAfter
            self.isFinal = isFinal
        }
    }

    /// What the call has behind it and before it.
    package struct Call: Hashable, Sendable {
        /// Attempts made, the failed one included.
        package var attempts: Int
        /// Of these, the ones that surely never ran.
        package var refusals: Int
        package var servers: Int
        package var policy: RetryPolicy?
        package var isIdempotent: Bool
        package var timeLeft: Nanoseconds
        /// Whether nobody above repeats the call.
        package var mayRetry: Bool

        package init(
            attempts: Int, refusals: Int, servers: Int, policy: RetryPolicy?, isIdempotent: Bool,
            timeLeft: Nanoseconds, mayRetry: Bool
        ) {
            self.attempts = attempts
            self.refusals = refusals
            self.servers = servers
            self.policy = policy
            self.isIdempotent = isIdempotent
            self.timeLeft = timeLeft
            self.mayRetry = mayRetry
        }
    }

    /// - Parameter random: Any number: it spreads the retries of many callers.
    package static func after(
        _ failure: Failure, of call: Call, budgetAllows: Bool, random: UInt64
    ) -> RetryDecision {
        guard failure.isTransient, !failure.isFinal, call.timeLeft > 0 else { return .giveUp }
        if !failure.mayHaveRun, failure.retryAfter == nil, call.refusals < call.servers {
            return .retry(after: 0)
        }
        guard let policy = call.policy, call.mayRetry, budgetAllows,
            call.attempts - call.refusals < policy.attempts, call.attempts < 2 * policy.attempts,
            call.isIdempotent || !failure.mayHaveRun
        else { return .giveUp }
        let wait = failure.retryAfter ?? Self.backoff(policy, call.attempts, random)
        return wait < call.timeLeft ? .retry(after: wait) : .giveUp
    }

    /// From none to all of a time that doubles with each attempt: full jitter.
    private static func backoff(
        _ policy: RetryPolicy, _ attempts: Int, _ random: UInt64
    ) -> Nanoseconds {
        let doubled = policy.firstBackoff << Nanoseconds(min(20, max(0, attempts - 1)))
        return random % (min(doubled, policy.longestBackoff) + 1)
    }
}
