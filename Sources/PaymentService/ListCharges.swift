internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func listCharges(
        _ request: PaymentV1.ListChargesRequest, context: CallContext
    ) async throws -> PaymentV1.ListChargesResponse {
        let limit = try PageLimit(request.page)
        var filter = PaymentStore.ChargeFilter()
        if !request.merchantID.isEmpty {
            filter.merchantID = try checking { () throws(FieldError) in
                try checkedMerchantID(request.merchantID)
            }
        }
        if !request.paymentID.isEmpty {
            filter.paymentID = try PaymentID(request.paymentID, field: "payment_id")
        }
        filter.customerID = request.customerID
        filter.created = CreationPeriod(from: request.createdFromUs, to: request.createdToUs)
        filter.onlyCaptured = request.onlyCaptured
        filter.conditions = try PaymentConditions(
            request.conditions, isAny: request.anyCondition)
        filter.place = try ListPlace(request.page, newerThan: request.newerThan)
        let found = try await self.store.charges(filter, limit: limit.rowsToAskFor)
        let (charges, page) = filter.place.page(found, limit, cursor: \.charge.id.description)
        return PaymentV1.ListChargesResponse(charges: charges.map(\.wire), page: page)
    }
}
