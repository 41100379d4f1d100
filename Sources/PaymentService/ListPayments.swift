internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func listPayments(
        _ request: PaymentV1.ListPaymentsRequest, context: CallContext
    ) async throws -> PaymentV1.ListPaymentsResponse {
        let limit = try PageLimit(request.page)
        var filter = PaymentStore.Filter()
        if !request.merchantID.isEmpty {
            filter.merchantID = try checking { () throws(FieldError) in
                try checkedMerchantID(request.merchantID)
            }
        }
        if request.status != .unspecified {
            filter.status = Payment.Status(rawValue: request.status.description)
            guard filter.status != nil else {
                throw RPCError.invalidArgument(field: "status", "must be a known status")
            }
        }
        guard request.captureDueBeforeUs >= 0 else {
            throw RPCError.invalidArgument(
                field: "capture_due_before_us", "must be a moment in Unix microseconds, or 0")
        }
        if request.captureDueBeforeUs > 0 {
            filter.captureDueBefore = Timestamp(microseconds: request.captureDueBeforeUs)
        }
        filter.onlyFrozen = request.onlyFrozen
        filter.customerID = request.customerID
        filter.created = CreationPeriod(from: request.createdFromUs, to: request.createdToUs)
        filter.conditions = try PaymentConditions(
            request.conditions, isAny: request.anyCondition)
        filter.place = try ListPlace(request.page, newerThan: request.newerThan)
        let found = try await self.store.payments(filter, limit: limit.rowsToAskFor)
        let (payments, page) = filter.place.page(found, limit, cursor: \.id.description)
        return PaymentV1.ListPaymentsResponse(payments: payments.map(\.wire), page: page)
    }
}
