internal import FieldRules
internal import Identifiers
internal import Messages
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func listRefunds(
        _ request: RefundV1.ListRefundsRequest, context: CallContext
    ) async throws -> RefundV1.ListRefundsResponse {
        let limit = try PageLimit(request.page)
        var filter = RefundStore.Filter()
        if !request.paymentID.isEmpty {
            filter.paymentID = try PaymentID(request.paymentID, field: "payment_id")
        }
        if !request.merchantID.isEmpty {
            do {
                filter.merchantID = try checkedMerchantID(request.merchantID)
            } catch {
                throw RPCError.invalidArgument(field: error.field, error.problem)
            }
        }
        if !request.chargeID.isEmpty {
            filter.chargeID = try ChargeID(request.chargeID, field: "charge_id")
        }
        filter.created = CreationPeriod(from: request.createdFromUs, to: request.createdToUs)
        filter.onlyFailed = request.onlyFailed
        filter.place = try ListPlace(request.page, newerThan: request.newerThan)
        let found = try await self.store.refunds(filter, limit: limit.rowsToAskFor)
        let (refunds, page) = filter.place.page(found, limit, cursor: \.id.description)
        return RefundV1.ListRefundsResponse(refunds: refunds.map(\.wire), page: page)
    }
}
