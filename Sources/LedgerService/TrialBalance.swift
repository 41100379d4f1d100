internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func trialBalance(
        _ request: LedgerV1.TrialBalanceRequest, context: CallContext
    ) async throws -> LedgerV1.TrialBalanceResponse {
        let lines = try await self.store.trialBalance()
        return LedgerV1.TrialBalanceResponse(
            lines: lines.map { line in
                LedgerV1.TrialBalanceResponse.Line(
                    currency: line.currency, debitsPosted: line.balances.debitsPosted,
                    creditsPosted: line.balances.creditsPosted,
                    debitsPending: line.balances.debitsPending,
                    creditsPending: line.balances.creditsPending, accounts: line.accountCount)
            })
    }
}
