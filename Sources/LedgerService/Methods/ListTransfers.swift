internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func listTransfers(
        _ request: LedgerV1.ListTransfersRequest, context: CallContext
    ) async throws -> LedgerV1.ListTransfersResponse {
        let page = try Page(request.page) { Int64($0).map(Timestamp.init(microseconds:)) }
        var range = try TimeRange(from: request.fromUs, to: request.toUs)
        if let cursor = page.cursor {
            range.goOn(after: cursor, isOldestFirst: request.oldestFirst)
        }
        let transfers = try await self.queries.transfers(
            TransferQuery(
                accountID: request.accountID.map(UUID128.init),
                userData: request.userData.map(UUID128.init),
                code: request.code == 0 ? nil : request.code, from: range.from, to: range.to,
                isOldestFirst: request.oldestFirst, limit: page.limit + 1))
        return LedgerV1.ListTransfersResponse(
            transfers: transfers.prefix(page.limit).map(LedgerV1.TransferRecord.init),
            page: page.response(found: transfers) { "\($0.transfer.createdAt.microseconds)" })
    }
}
