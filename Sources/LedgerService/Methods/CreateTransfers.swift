internal import LedgerCore
internal import Messages
internal import RPC
internal import ServiceKit

extension LedgerHandler {
    func createTransfers(
        _ request: LedgerV1.CreateTransfersRequest, context: CallContext
    ) async throws -> LedgerV1.CreateTransfersResponse {
        try Self.checkCount(request.transfers.count, of: "transfers")
        let results = try await self.results(
            of: .createTransfers(
                request.transfers.map(Transfer.init), operation: try Self.operation(of: request)))
        return LedgerV1.CreateTransfersResponse(results: results.map(LedgerV1.ResultCode.init))
    }

    /// `nil` if the request names no operation.
    ///
    /// - Throws: `INVALID_ARGUMENT` for one that is named wrongly.
    private static func operation(
        of request: LedgerV1.CreateTransfersRequest
    ) throws(RPCError) -> Operation? {
        guard request.operation != nil else { return nil }
        var content = request
        content.operation = nil
        return try Operation(request.operation).asking(for: content)
    }
}
