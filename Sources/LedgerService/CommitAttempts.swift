internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC

/// Commits one batch, again and again while the database fails in ways that pass.
///
/// Running a batch twice is harmless: all ids in it are the callers'. When the connection broke
/// with COMMIT on its way, the second run finds what the first did, or does it. Its answers are
/// then told as the first run would have told them: `created`, not `exists`.
struct CommitAttempts {
    enum Outcome {
        case committed([LedgerAnswer])
        /// No answer can be given. `mayHaveRun` is true if a COMMIT was left open.
        case failed(RPCError)
    }

    /// Runs one transaction, and says what its answers will be before it commits.
    typealias Commit = @Sendable ([LedgerRequest], ([LedgerAnswer]) -> Void) async throws -> Void

    let commit: Commit
    let logger: Logger

    func run(_ requests: [LedgerRequest], attempts: Int) async -> Outcome {
        /// What the first COMMIT of unknown outcome would have answered.
        var open: [LedgerAnswer]?
        var attempt = 1
        while true {
            var decided: [LedgerAnswer] = []
            do {
                try await self.commit(requests) { decided = $0 }
                return .committed(open.map { Self.settle(first: $0, second: decided) } ?? decided)
            } catch let error as PostgresError {
                if error.code == .commitOutcomeUnknown, open == nil { open = decided }
                self.log(error, requests: requests.count, attempt: attempt)
                guard error.isTransient || error.code == .uniqueViolation, attempt < attempts
                else { return .failed(Self.failure(error, isOpen: open != nil)) }
            } catch {
                self.logger.error(
                    "batch failed", metadata: ["error": "\(String(reflecting: error))"])
                return .failed(Self.internalFailure(isOpen: open != nil))
            }
            try? await Task.sleep(for: .milliseconds(10 << attempt))
            attempt += 1
        }
    }

    /// The answers of a batch that was run again after a COMMIT of unknown outcome.
    ///
    /// If the first did happen, the second only found its traces, and the first's answers are the
    /// true ones. An event that the second run made is one that the first did not.
    private static func settle(
        first: [LedgerAnswer], second: [LedgerAnswer]
    ) -> [LedgerAnswer] {
        zip(first, second).map { first, second in
            guard case (.success(let before), .success(let after)) = (first, second),
                before.count == after.count
            else { return second }
            return .success(
                zip(before, after).map { before, after in
                    switch (before, after) {
                    case (.created, .exists): .created
                    case (_, .idAlreadyFailed) where before.isTransient: before
                    default: after
                    }
                })
        }
    }

    private static func failure(_ error: PostgresError, isOpen: Bool) -> RPCError {
        guard error.isTransient else { return self.internalFailure(isOpen: isOpen) }
        return .unavailable(
            "the ledger's database does not answer; try again", reason: .databaseUnavailable,
            mayHaveRun: isOpen)
    }

    private static func internalFailure(isOpen: Bool) -> RPCError {
        var error = RPCError.internal()
        error.mayHaveRun = isOpen
        return error
    }

    private func log(_ error: PostgresError, requests: Int, attempt: Int) {
        self.logger.warning(
            "ledger commit failed",
            metadata: [
                "error": "\(String(reflecting: error))", "requests": "\(requests)",
                "attempt": "\(attempt)",
            ])
    }
}
