internal import Identifiers
internal import LedgerCore
internal import RPC
internal import ServiceKit

/// The requests of many callers, decided one after the other on what was loaded for all of them.
///
/// Pure: the store loads, then lets it decide, then writes what changed, in one transaction.
struct LedgerBatch: Sendable {
    private(set) var ledger: Ledger
    private(set) var barrier: BarrierBook
    /// When the next event happens: events of a batch are a microsecond apart, so that each has a
    /// time of its own.
    private(set) var time: Timestamp

    /// - Parameter lastTime: The newest event in the journal; the batch comes after it even if the
    ///   clock was set back.
    init(ledger: Ledger, barrier: BarrierBook, now: Timestamp, lastTime: Timestamp) {
        self.ledger = ledger
        self.barrier = barrier
        self.time = max(now, lastTime + .microseconds(1))
    }

    mutating func decide(_ request: LedgerRequest) -> LedgerAnswer {
        defer { self.time = self.time + .microseconds(request.eventCount) }
        switch request {
        case .createAccounts(let accounts):
            return .success(self.ledger.createAccounts(accounts, at: self.time))
        case .createTransfers(let transfers, operation: nil):
            return .success(self.ledger.createTransfers(transfers, at: self.time))
        case .createTransfers(let transfers, operation: let operation?):
            return Result { () throws(RPCError) in try self.perform(operation, transfers) }
        case .expire(let ids):
            self.ledger.expire(ids, at: self.time)
            return .success([])
        }
    }

    /// Makes a saga's transfers, all or none.
    ///
    /// A refusal leaves no row in the barrier: the operation counts as never done, so its
    /// compensation finds nothing to undo. That is why none of the transfers may happen when one
    /// is refused, whether or not they are linked. The spent ids stay, so a repeat is refused
    /// again; it is told the first refusal's reason in place of `id_already_failed`.
    private mutating func perform(
        _ operation: Operation, _ transfers: [Transfer]
    ) throws(RPCError) -> [ResultCode] {
        switch try self.barrier.admit(operation) {
        case .repeated(let answer): return try StoredAnswer.decode(answer)
        case .nothingToUndo: return []
        case .fresh: break
        }
        let results = self.ledger.createTransfers(transfers, at: self.time, asWhole: true)
        guard results.allSatisfy(\.isDone) else {
            return zip(transfers, results).map { transfer, result in
                result == .idAlreadyFailed
                    ? self.ledger.failures[transfer.id] ?? result : result
            }
        }
        self.barrier.record(operation, answer: StoredAnswer.encode(results))
        return results
    }
}
