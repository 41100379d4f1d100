internal import RPCCore

/// What a call that has failed once remembers.
struct Retries {
    /// On a call that is made again: which attempt it is. Whoever serves it does not repeat what
    /// it calls on its behalf: retries of retries would multiply.
    static let attemptKey = "florin-attempt"

    private let method: MethodDescriptor
    private let given: CallOptions
    private let deadline: RPCDeadline
    private var attempts = 1
    private var refusals = 0
    /// Whether any attempt may have run.
    private var mayHaveRun = false

    init(_ method: MethodDescriptor, _ options: CallOptions, began: Nanoseconds) {
        self.method = method
        self.given = options
        self.deadline = .after(min(options.timeout, Timeout.longest), now: began)
    }

    /// How long to wait before the next attempt; `nil`: there is none.
    mutating func wait(
        after error: RPCError, servers: Int, budgetAllows: Bool, random: UInt64
    ) -> Nanoseconds? {
        if error.mayHaveRun { self.mayHaveRun = true } else { self.refusals += 1 }
        let after = error.retryAfter
        let failure = RetryDecision.Failure(
            isTransient: error.code == .unavailable || after != nil, mayHaveRun: error.mayHaveRun,
            retryAfter: after?.nanoseconds, isFinal: after.map { $0 < .zero } ?? false)
        let call = RetryDecision.Call(
            attempts: self.attempts, refusals: self.refusals, servers: servers,
            policy: self.method.retry, isIdempotent: self.method.isIdempotent,
            timeLeft: self.deadline.remaining().nanoseconds, mayRetry: self.given.mayRetry)
        let decision = RetryDecision.after(
            failure, of: call, budgetAllows: budgetAllows, random: random)
        guard case .retry(let wait) = decision else { return nil }
        self.attempts += 1
        return wait
    }

    /// Of the next attempt.
    var options: CallOptions {
        var options = self.given
        options.timeout = self.deadline.remaining()
        options.metadata[Self.attemptKey] = "\(self.attempts)"
        return options
    }

    /// What the caller is told: the last error, with what is true of all attempts.
    func verdict(_ error: RPCError) -> RPCError {
        var error = error
        error.mayHaveRun = error.mayHaveRun || self.mayHaveRun
        return error
    }

    var cancelled: RPCError { .cancelled(mayHaveRun: self.mayHaveRun) }
}
