/// How far a step has come.
package enum StepStatus: String, CaseIterable, Hashable, Sendable {
    case pending
    /// Stored that the pivot is about to be done: from here the saga does not turn by itself.
    case intentRecorded
    /// It may have been done; it is asked again until that is known.
    case inDoubt
    case succeeded
    /// Refused for sure: nothing was done.
    case failed
    /// Done, or possibly done, and to be undone.
    case compensating
    case compensated
    /// Not needed in this saga.
    case skippedEmpty
    case compensationFailed
}

/// What is known about one step of a running saga.
package struct StepProgress: Hashable, Sendable {
    package internal(set) var status: StepStatus
    /// Actions that ended without success or refusal.
    package internal(set) var attempts: Int
    /// Compensations that ended without success.
    package internal(set) var compensationAttempts: Int
    /// What is used up of the budget that counts now: of retries, of questions while in doubt, or
    /// of compensations. Starts again when an operator resumes the saga.
    package internal(set) var spent: Int
    /// Why the last attempt did not end, empty if none failed.
    package internal(set) var lastError: String

    package init(
        status: StepStatus = .pending, attempts: Int = 0, compensationAttempts: Int = 0,
        spent: Int = 0, lastError: String = ""
    ) {
        self.status = status
        self.attempts = attempts
        self.compensationAttempts = compensationAttempts
        self.spent = spent
        self.lastError = lastError
    }
}
