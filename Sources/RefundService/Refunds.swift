internal import AcquirerConnector
internal import FieldRules
internal import Identifiers
internal import Postgres
internal import RPC
internal import RefundCore
internal import Stubs

/// Answers the refund service's methods; each has a file of its own.
struct Refunds: RefundServiceHandler {
    let store: RefundStore
    let connector: AcquirerConnector
    let clock: any WallClock

    /// Locks a refund, changes it, and stores it with the events of the change.
    ///
    /// - Returns: The refund as it then stands.
    /// - Throws: `NOT_FOUND`; the refusal of the change.
    func change(
        _ id: RefundID, in transaction: PostgresTransaction,
        _ change: (inout Refund) throws(RefundError) -> [RefundEvent]
    ) async throws -> Refund {
        var stored = try await self.store.lock(id, in: transaction)
        let events: [RefundEvent]
        do {
            events = try change(&stored.refund)
        } catch {
            throw RPCError(error)
        }
        try self.store.save(stored, events: events, in: transaction)
        return stored.refund
    }
}

extension RPCError {
    static let refundMissing = RPCError.notFound("there is no refund of this id")

    init(_ error: RefundError) {
        switch error {
        case .invalid(let field):
            self = .invalidArgument(field: field.field, field.problem)
        case .unexpectedState(let status):
            self = .failedPrecondition(
                .paymentIntentUnexpectedState, error.description,
                metadata: ["status": status.rawValue])
        case .notYours:
            self = .failedPrecondition(.paymentIntentUnexpectedState, error.description)
        }
    }
}
