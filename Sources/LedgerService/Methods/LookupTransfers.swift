internal import Identifiers
internal import Messages
internal import RPC

extension LedgerHandler {
    func lookupTransfers(
        _ request: LedgerV1.LookupTransfersRequest, context: CallContext
    ) async throws -> LedgerV1.LookupTransfersResponse {
        try Self.checkCount(request.ids.count, of: "ids")
        let transfers = try await self.queries.transfers(request.ids.map(UUID128.init))
        return LedgerV1.LookupTransfersResponse(
            transfers: transfers.map(LedgerV1.TransferRecord.init))
    }
}
