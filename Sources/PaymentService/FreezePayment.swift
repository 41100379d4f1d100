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
        let response = try await self.operations.change(needs: .init(payment: id)) { books in
            PaymentV1.FreezePaymentResponse(
                payment: try books.changeFreeze(of: id, because: reason) { payment in
                    payment.freeze(reason, at: now)
                }.wire)
        }
        context.logger.warning(
            "payment frozen", metadata: ["payment": "\(id)", "reason": "\(reason)"])
        return response
    }

    func unfreezePayment(
        _ request: PaymentV1.UnfreezePaymentRequest, context: CallContext
    ) async throws -> PaymentV1.UnfreezePaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let reason = try Self.reason(request.reason)
        let now = self.clock.now()
        let response = try await self.operations.change(needs: .init(payment: id)) { books in
            PaymentV1.UnfreezePaymentResponse(
                payment: try books.changeFreeze(of: id, because: reason) { payment in
                    payment.unfreeze(at: now)
                }.wire)
        }
        context.logger.warning(
            "payment unfrozen", metadata: ["payment": "\(id)", "reason": "\(reason)"])
        return response
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

extension PaymentBooks {
    /// Freezes or unfreezes a payment, and notes why: its last change of this kind, and all before,
    /// can be looked up.
    ///
    /// - Throws: `NOT_FOUND`.
    mutating func changeFreeze(
        of id: PaymentID, because reason: String, _ change: (inout Payment) -> [PaymentEvent]
    ) throws(RPCError) -> Payment {
        var isChanged = false
        let payment = try self.change(id) { payment in
            let events = change(&payment)
            isChanged = !events.isEmpty
            return events
        }
        if isChanged { self.noteFreeze(of: id, because: reason) }
        return payment
    }
}

/// That a payment was frozen or unfrozen, and why.
struct FreezeNote: Sendable {
    let payment: PaymentID
    /// The event's.
    let sequence: Int64
    let frozenReason: String?
    let reason: String
    let at: Timestamp

    var statements: [PostgresStatement] {
        [
            PostgresStatement(
                "UPDATE payment SET frozen_reason = $2 WHERE id = $1",
                [.uuid(self.payment.uuid), .optional(self.frozenReason, PostgresValue.text)]),
            PostgresStatement(
                """
                INSERT INTO payment_freeze (payment_id, sequence, is_frozen, reason, created_at)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .uuid(self.payment.uuid), .int64(self.sequence),
                    .bool(self.frozenReason != nil), .text(self.reason), .timestamp(self.at),
                ]),
        ]
    }
}
