internal import Identifiers
internal import Logging
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

extension Payments {
    /// Keeps a payment from being moved further until an operator has looked. Frozen again, it
    /// keeps the first reason.
    func freezePayment(
        _ request: PaymentV1.FreezePaymentRequest, context: CallContext
    ) async throws -> PaymentV1.FreezePaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let reason = try Self.reason(request.reason)
        let now = self.clock.now()
        let payment = try await self.store.changeFreeze(of: id, reason: reason) { payment in
            payment.freeze(reason, at: now)
        }
        context.logger.warning(
            "payment frozen", metadata: ["payment": "\(id)", "reason": "\(reason)"])
        return PaymentV1.FreezePaymentResponse(payment: payment.wire)
    }

    func unfreezePayment(
        _ request: PaymentV1.UnfreezePaymentRequest, context: CallContext
    ) async throws -> PaymentV1.UnfreezePaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let reason = try Self.reason(request.reason)
        let now = self.clock.now()
        let payment = try await self.store.changeFreeze(of: id, reason: reason) { payment in
            payment.unfreeze(at: now)
        }
        context.logger.warning(
            "payment unfrozen", metadata: ["payment": "\(id)", "reason": "\(reason)"])
        return PaymentV1.UnfreezePaymentResponse(payment: payment.wire)
    }

    private static func reason(_ text: String) throws(RPCError) -> String {
        guard (1...500).contains(text.unicodeScalars.count), !text.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: "reason", "must have 1 to 500 characters, none of them U+0000")
        }
        return text
    }
}

extension PaymentStore {
    /// Freezes or unfreezes a payment, and notes why: its last change of this kind, and all before,
    /// can be looked up.
    ///
    /// - Throws: `NOT_FOUND`.
    func changeFreeze(
        of id: PaymentID, reason: String, _ change: @Sendable (inout Payment) -> [PaymentEvent]
    ) async throws -> Payment {
        try await self.database.withTransaction { transaction in
            var stored = try await self.lock(id, in: transaction)
            let events = change(&stored.payment)
            guard !events.isEmpty else { return stored.payment }
            try self.save(stored, events: events, in: transaction)
            let frozen = stored.payment.frozenReason
            try transaction.enqueue(
                "UPDATE payment SET frozen_reason = $2 WHERE id = $1",
                [.uuid(id.uuid), .optional(frozen, PostgresValue.text)])
            try transaction.enqueue(
                """
                INSERT INTO payment_freeze (payment_id, sequence, is_frozen, reason, created_at)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .uuid(id.uuid), .int64(stored.lastEvent + 1), .bool(frozen != nil),
                    .text(reason), .timestamp(stored.payment.updatedAt),
                ])
            return stored.payment
        }
    }
}
