internal import Identifiers
internal import Messages
internal import RPC

extension LedgerHandler {
    func lookupAccounts(
        _ request: LedgerV1.LookupAccountsRequest, context: CallContext
    ) async throws -> LedgerV1.LookupAccountsResponse {
        try Self.checkCount(request.ids.count, of: "ids")
        let accounts = try await self.accounts(request.ids.map(UUID128.init))
        return LedgerV1.LookupAccountsResponse(accounts: accounts.map(LedgerV1.Account.init))
    }
}
