internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    /// Longer names would not fit the database's index.
    private static let nameLimit = 255

    func createAccounts(
        _ request: LedgerV1.CreateAccountsRequest, context: CallContext
    ) async throws -> LedgerV1.CreateAccountsResponse {
        try Self.checkCount(request.accounts.count, of: "accounts")
        for (index, account) in request.accounts.enumerated() {
            let field = "accounts[\(index)].name"
            try Self.checkText(account.name, of: field)
            guard account.name.utf8.count <= Self.nameLimit else {
                throw RPCError.invalidArgument(
                    field: field, "must be at most \(Self.nameLimit) bytes long")
            }
        }
        let results = try await self.results(
            of: .createAccounts(request.accounts.map(Account.init)))
        return LedgerV1.CreateAccountsResponse(results: results.map(LedgerV1.ResultCode.init))
    }
}
