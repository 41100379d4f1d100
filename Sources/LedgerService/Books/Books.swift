internal import Identifiers
internal import LedgerCore
internal import RPC
internal import ServiceKit

/// All that an owner keeps in memory, and how it answers requests, one after the other.
///
/// Pure: no clock and no database. What is decided can be rolled back until it is settled.
struct Books: Sendable {
    var ledger: Ledger
    var operations: OperationBook
    /// The newest entry's time: each comes later than all before, even if the clock was set back.
    private(set) var lastTime: Timestamp

    init(ledger: Ledger, operations: OperationBook, lastTime: Timestamp) {
        self.ledger = ledger
        self.operations = operations
        self.lastTime = lastTime
    }

    mutating func decide(_ request: LedgerRequest, now: Timestamp) -> LedgerAnswer {
        let time = max(now, self.lastTime + .microseconds(1))
        switch request {
        case .createAccounts(let accounts):
            self.lastTime = time + .microseconds(accounts.count)
            return .success(.results(self.ledger.createAccounts(accounts, at: time)))
        case .createTransfers(let transfers, operation: nil):
            self.lastTime = time + .microseconds(transfers.count)
            return .success(.results(self.ledger.createTransfers(transfers, at: time)))
        case .createTransfers(let transfers, operation: let operation?):
            self.lastTime = time + .microseconds(transfers.count + 4)
            return Result { () throws(RPCError) in
                .results(try self.perform(operation, transfers, at: time))
            }
        case .accounts(let ids):
            return .success(.accounts(ids.compactMap { self.ledger.account($0) }))
        case .trialBalance:
            return .success(.trialBalance(self.ledger.trialBalance))
        }
    }

    /// Ends what is pending beyond its time.
    ///
    /// - Returns: How many transfers ended.
    mutating func sweep(now: Timestamp, limit: Int) -> Int {
        let time = max(now, self.lastTime + .microseconds(1))
        let overdue = self.ledger.takeOverdue(at: time, limit: limit)
        guard !overdue.isEmpty else { return 0 }
        self.lastTime = time + .microseconds(overdue.count)
        return self.ledger.expire(overdue, at: time).count
    }

    /// Makes a saga's transfers, all or none.
    ///
    /// A refusal leaves no row in the barrier: the operation counts as never done, so its
    /// compensation finds nothing to undo. That is why none of the transfers may happen when one
    /// is refused, whether or not they are linked. The spent ids stay, so a repeat is refused
    /// again; it is told the first refusal's reason in place of `id_already_failed`.
    private mutating func perform(
        _ operation: Operation, _ transfers: [Transfer], at time: Timestamp
    ) throws(RPCError) -> [ResultCode] {
        var records: [OperationRecord] = []
        defer { for record in records { self.ledger.record(record.entry) } }
        switch try self.operations.admit(operation, at: time, { records.append($0) }) {
        case .repeated(let answer): return answer
        case .nothingToUndo: return []
        case .fresh: break
        }
        // A fence that was raised stands before what follows it.
        let start = time + .microseconds(2)
        for record in records { self.ledger.record(record.entry) }
        records = []
        let results = self.ledger.createTransfers(transfers, at: start, asWhole: true)
        guard results.allSatisfy(\.isDone) else {
            return zip(transfers, results).map { transfer, result in
                result == .idAlreadyFailed
                    ? self.ledger.failure(of: transfer.id) ?? result : result
            }
        }
        self.operations.record(
            operation, answer: results, at: start + .microseconds(transfers.count),
            { records.append($0) })
        return results
    }
}

// MARK: - Undoing

extension Books {
    struct Mark: Sendable {
        fileprivate var ledger: Ledger.Mark
        fileprivate var operations: Int

        /// Behind all that is settled.
        static let beginning = Mark(ledger: .beginning, operations: 0)

        /// The same point after all up to `settled` was settled.
        func rebased(by settled: Mark) -> Mark {
            Mark(
                ledger: self.ledger.rebased(by: settled.ledger),
                operations: self.operations - settled.operations)
        }
    }

    var mark: Mark { Mark(ledger: self.ledger.mark, operations: self.operations.mark) }

    /// What was decided before `mark` and is not settled.
    func entries(upTo mark: Mark) -> ArraySlice<JournalEntry> {
        self.ledger.entries(upTo: mark.ledger)
    }

    mutating func rollBack(to mark: Mark) {
        self.ledger.rollBack(to: mark.ledger)
        self.operations.rollBack(to: mark.operations)
    }

    mutating func settle(upTo mark: Mark) {
        self.ledger.settle(upTo: mark.ledger)
        self.operations.settle(upTo: mark.operations)
    }
}

extension Ledger {
    /// One line for each currency, in the order of their codes.
    fileprivate var trialBalance: [TrialBalanceLine] {
        var lines: [CurrencyCode: TrialBalanceLine] = [:]
        for state in self.accounts.values {
            lines[
                state.currency,
                default: TrialBalanceLine(
                    currency: state.currency, balances: Balances(), accountCount: 0)
            ].add(state.balances)
        }
        return lines.values.sorted { $0.currency < $1.currency }
    }
}

extension TrialBalanceLine {
    /// A sum that does not fit stays at the end of its type, where anyone sees that it is wrong.
    fileprivate mutating func add(_ balances: Balances) {
        func sum(_ left: Int64, _ right: Int64) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? .max : sum
        }
        self.accountCount += 1
        self.balances = Balances(
            debitsPending: sum(self.balances.debitsPending, balances.debitsPending),
            debitsPosted: sum(self.balances.debitsPosted, balances.debitsPosted),
            creditsPending: sum(self.balances.creditsPending, balances.creditsPending),
            creditsPosted: sum(self.balances.creditsPosted, balances.creditsPosted))
    }
}
