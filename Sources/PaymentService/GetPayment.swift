internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

extension Payments {
    func getPayment(
        _ request: PaymentV1.GetPaymentRequest, context: CallContext
    ) async throws -> PaymentV1.GetPaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let found = try await self.reads.submit(id)
        return PaymentV1.GetPaymentResponse(payment: found.payment.wire, events: found.events)
    }
}

/// A payment with all that happened to it.
struct PaymentWithEvents: Sendable {
    let payment: Payment
    var events: [PaymentV1.PaymentEvent] = []
}

extension PaymentStore {
    /// Reads what many callers ask for in one round trip.
    ///
    /// - Returns: `NOT_FOUND` for what is not there.
    func read(_ ids: [PaymentID]) async throws -> [Result<PaymentWithEvents, any Error>] {
        guard let wanted = KeyRange(ids.map(\.uuid)) else { return [] }
        let results = try await self.database.pipeline([
            PostgresStatement(
                """
                SELECT \(PaymentRow.columns) FROM \(PaymentRow.source)
                WHERE \(wanted.areIn("p.id"))
                """, wanted.parameters),
            PostgresStatement(
                """
                SELECT sequence, type, created_at, payment_id FROM payment_event
                WHERE \(wanted.areIn("payment_id")) ORDER BY payment_id, sequence
                """, wanted.parameters),
        ])
        var found: [PaymentID: PaymentWithEvents] = [:]
        for row in results[0].rows {
            let payment = try PaymentRow.payment(row).payment
            found[payment.id] = PaymentWithEvents(payment: payment)
        }
        for row in results[1].rows {
            found[PaymentID(uuid: try row.uuid(3))]?.events.append(
                PaymentV1.PaymentEvent(
                    sequence: try row.int64(0), type: try row.text(1),
                    createdAtUs: try row.timestamp(2).microseconds))
        }
        return ids.map { id in
            found[id].map { .success($0) } ?? .failure(RPCError.paymentMissing)
        }
    }
}
