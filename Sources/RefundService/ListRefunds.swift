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
        if let cursor = request.page?.cursor, !cursor.isEmpty {
            filter.cursor = try RefundID(cursor, field: "page.cursor")
        }
        let found = try await self.store.refunds(filter, limit: limit.rowsToAskFor)
        let (refunds, page) = limit.page(found, cursor: \.id.description)
        return RefundV1.ListRefundsResponse(refunds: refunds.map(\.wire), page: page)
    }
}
