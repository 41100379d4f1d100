internal import Logging
internal import Postgres
internal import RPC

/// Makes one commit durable, again and again while the database fails in ways that pass.
///
/// The rows are the same each time. When the connection broke with the commit on its way, the
/// journal tells whether it happened; nothing is guessed.
struct CommitAttempts: Sendable {
    enum Outcome: Sendable {
        case committed
        /// An id in it is in the journal already, and was not in memory.
        case hasKnownIDs
        /// The database refuses it for good.
        case refused
        /// It has not happened, and the database does not answer.
        case unavailable
        /// Nobody can tell whether it happened: what is in memory is not to be trusted.
        case unknown
        /// Another owns the books now, and it has not happened.
        case lost
    }

    /// Runs a script as one transaction.
    let send: @Sendable (PostgresScript) async throws -> Void
    let ownership: Ownership
    /// How long it is tried.
    let limit: Duration
    let logger: Logger

    func run(_ commit: JournalCommit) async -> Outcome {
        let deadline = ContinuousClock.now + self.limit
        var isOpen = false
        var attempt = 0
        while true {
            do {
                if isOpen {
                    switch try await self.ownership.fate(of: commit) {
                    case .committed: return .committed
                    case .lost: return .lost
                    case .notCommitted: isOpen = false
                    }
                }
                try await self.send(commit.script)
                return .committed
            } catch let error as PostgresError {
                if error.code == .commitOutcomeUnknown { isOpen = true }
                if let outcome = self.outcome(of: error) {
                    // What asks about an open commit and is refused says nothing of the commit.
                    if isOpen, case .refused = outcome { return .unknown }
                    return outcome
                }
            } catch {
                self.logger.error("commit failed", metadata: ["error": "\(error)"])
                return isOpen ? .unknown : .refused
            }
            guard ContinuousClock.now < deadline else { return isOpen ? .unknown : .unavailable }
            attempt += 1
            try? await Task.sleep(for: .milliseconds(min(10 << min(attempt, 6), 500)))
        }
    }

    /// - Returns: `nil` if it is to be tried again.
    private func outcome(of error: PostgresError) -> Outcome? {
        switch error.code {
        // The epoch's row is no longer there.
        case .notNullViolation: return .lost
        case .uniqueViolation where error.constraint?.hasPrefix("account") != true:
            return .hasKnownIDs
        default: break
        }
        self.logger.warning(
            "ledger commit failed", metadata: ["error": "\(String(reflecting: error))"])
        return error.isTransient ? nil : .refused
    }
}
