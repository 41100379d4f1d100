internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func listTransfers(
        _ request: LedgerV1.ListTransfersRequest, context: CallContext
    ) async throws -> LedgerV1.ListTransfersResponse {
        let page = try Page(request.page) { Int64($0).map(Timestamp.init(microseconds:)) }
        let transfers = try await self.store.listTransfers(
            accountID: request.accountID.map(UUID128.init),
            userData: request.userData.map(UUID128.init), before: page.cursor,
            limit: page.limit + 1)
        return LedgerV1.ListTransfersResponse(
            transfers: transfers.prefix(page.limit).map(LedgerV1.TransferRecord.init),
            page: page.response(found: transfers) { "\($0.transfer.createdAt.microseconds)" })
    }
}
