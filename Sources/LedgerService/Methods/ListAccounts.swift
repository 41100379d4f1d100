internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    /// Which accounts there are and how they are called is stored with their opening; what is in
    /// them, only their owner knows.
    func listAccounts(
        _ request: LedgerV1.ListAccountsRequest, context: CallContext
    ) async throws -> LedgerV1.ListAccountsResponse {
        try Self.checkText(request.namePrefix, of: "name_prefix")
        try Self.checkText(request.currency, of: "currency")
        let page = try Page(request.page) { UUID128($0) }
        let ids = try await self.queries.accountIDs(
            namePrefix: request.namePrefix, currency: request.currency,
            userData: request.userData.map(UUID128.init), after: page.cursor,
            limit: page.limit + 1)
        let accounts = try await self.accounts(Array(ids.prefix(page.limit)))
        return LedgerV1.ListAccountsResponse(
            accounts: accounts.map(LedgerV1.Account.init),
            page: page.response(found: ids) { "\($0)" })
    }
}
