internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func listAccounts(
        _ request: LedgerV1.ListAccountsRequest, context: CallContext
    ) async throws -> LedgerV1.ListAccountsResponse {
        try Self.checkText(request.namePrefix, of: "name_prefix")
        try Self.checkText(request.currency, of: "currency")
        let page = try Page(request.page) { UUID128($0) }
        let accounts = try await self.store.listAccounts(
            namePrefix: request.namePrefix, currency: request.currency, after: page.cursor,
            limit: page.limit + 1)
        return LedgerV1.ListAccountsResponse(
            accounts: accounts.prefix(page.limit).map(LedgerV1.Account.init),
            page: page.response(found: accounts) { "\($0.id)" })
    }
}
