internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func balanceAt(
        _ request: LedgerV1.BalanceAtRequest, context: CallContext
    ) async throws -> LedgerV1.BalanceAtResponse {
        let id = try Self.accountID(request.accountID)
        guard let balances = try await self.balances(of: id, at: request.atUs) else {
            throw RPCError.notFound("there was no account of this id at that time")
        }
        return LedgerV1.BalanceAtResponse(
            balance: LedgerV1.AccountBalance(balances, atUs: request.atUs, transferID: nil))
    }

    private func balances(of id: UUID128, at time: Int64) async throws -> Balances? {
        guard time != 0 else { return try await self.accounts([id]).first?.balances }
        return try await self.queries.balances(of: id, at: Timestamp(microseconds: time))
    }

    func getAccountBalances(
        _ request: LedgerV1.GetAccountBalancesRequest, context: CallContext
    ) async throws -> LedgerV1.GetAccountBalancesResponse {
        let id = try Self.accountID(request.accountID)
        let page = try Page(request.page) { Int64($0).map(Timestamp.init(microseconds:)) }
        var range = try TimeRange(from: request.fromUs, to: request.toUs)
        if let cursor = page.cursor { range.goOn(after: cursor, isOldestFirst: false) }
        guard let account = try await self.accounts([id]).first else {
            throw RPCError.notFound("there is no account of this id")
        }
        guard account.flags.contains(.history) else {
            throw RPCError.failedPrecondition(
                .ledgerRefused,
                "the account was opened without the history flag; BalanceAt answers for it")
        }
        let found = try await self.queries.history(
            of: id, from: range.from, to: range.to, limit: page.limit + 1)
        return LedgerV1.GetAccountBalancesResponse(
            balances: found.prefix(page.limit).map { time, transfer, balances in
                LedgerV1.AccountBalance(
                    balances, atUs: time.microseconds, transferID: LedgerV1.Uint128(transfer))
            },
            page: page.response(found: found) { "\($0.time.microseconds)" })
    }

    private static func accountID(_ wire: LedgerV1.Uint128?) throws(RPCError) -> UUID128 {
        guard let wire, UUID128(wire) != .zero else {
            throw .invalidArgument(field: "account_id", "must be given")
        }
        return UUID128(wire)
    }
}

extension LedgerV1.AccountBalance {
    fileprivate init(_ balances: Balances, atUs: Int64, transferID: LedgerV1.Uint128?) {
        self.init(
            atUs: atUs, debitsPending: balances.debitsPending, debitsPosted: balances.debitsPosted,
            creditsPending: balances.creditsPending, creditsPosted: balances.creditsPosted,
            transferID: transferID)
    }
}
