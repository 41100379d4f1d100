internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func open(
        _ request: RefundV1.OpenRequest, context: CallContext
    ) async throws -> RefundV1.OpenResponse {
        let operation = try Operation(of: request, as: .action)
        let refund = Refund(
            try RefundRequest(request, saga: operation.sagaID), at: self.clock.now())
        return try await self.operations.perform(
            operation, empty: RefundV1.OpenResponse(), needs: .init(refund: refund.id)
        ) { books in
            guard books.create(refund) else {
                throw RPCError.invalidArgument(
                    field: "refund_id", "must not be another refund's of an earlier saga")
            }
            return RefundV1.OpenResponse(refund: refund.wire)
        }
    }
}

extension RefundRequest {
    fileprivate init(_ request: RefundV1.OpenRequest, saga: SagaID) throws(RPCError) {
        var reason: RefundReason?
        if !request.reason.isEmpty {
            reason = RefundReason(rawValue: request.reason)
            guard reason != nil else {
                let known = RefundReason.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidArgument(field: "reason", "must be empty or one of \(known)")
            }
        }
        let metadata: FieldRules.Metadata
        do {
            metadata = try FieldRules.Metadata(
                request.metadata.map { FieldRules.Metadata.Entry(key: $0.key, value: $0.value) })
        } catch {
            throw .invalidArgument(field: error.field, error.problem)
        }
        let id = try RefundID(request.refundID, field: "refund_id")
        let payment = try PaymentID(request.paymentID, field: "payment_id")
        let charge = try ChargeID(request.chargeID, field: "charge_id")
        let amount = try Money(request.amount, field: "amount")
        let settlement = try Money(request.settlement, field: "settlement")
        do {
            try self.init(
                id: id, sagaID: saga, paymentID: payment, chargeID: charge,
                merchantID: request.merchantID, amount: amount, settlement: settlement,
                reason: reason, metadata: metadata)
        } catch {
            throw RPCError(error)
        }
    }
}
