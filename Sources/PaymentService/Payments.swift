internal import AcquirerConnector
internal import Identifiers
internal import PaymentCore
internal import Postgres
internal import RPC
internal import Stubs

/// Answers the payment service's methods; each has a file of its own.
struct Payments: PaymentServiceHandler {
    let store: PaymentStore
    let connector: AcquirerConnector
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let limits: PaymentLimits
    let captureWindow: Duration

    /// Locks a payment, changes it, and stores it with the events of the change.
    ///
    /// - Returns: The payment as it then stands.
    /// - Throws: `NOT_FOUND`; the refusal of the change.
    func change(
        _ id: PaymentID, in transaction: PostgresTransaction,
        _ change: (inout Payment) throws(PaymentError) -> [PaymentEvent]
    ) async throws -> Payment {
        var stored = try await self.store.lock(id, in: transaction)
        let events: [PaymentEvent]
        do {
            events = try change(&stored.payment)
        } catch {
            throw RPCError(error)
        }
        try self.store.save(stored, events: events, in: transaction)
        return stored.payment
    }
}
