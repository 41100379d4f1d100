internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC

extension LedgerHandler {
    func trialBalance(
        _ request: LedgerV1.TrialBalanceRequest, context: CallContext
    ) async throws -> LedgerV1.TrialBalanceResponse {
        LedgerV1.TrialBalanceResponse(
            lines: try await self.lines(at: request.atUs).map { line in
                LedgerV1.TrialBalanceResponse.Line(
                    currency: "\(line.currency)", debitsPosted: line.balances.debitsPosted,
                    creditsPosted: line.balances.creditsPosted,
                    debitsPending: line.balances.debitsPending,
                    creditsPending: line.balances.creditsPending, accounts: line.accountCount)
            })
    }

    private func lines(at time: Int64) async throws -> [TrialBalanceLine] {
        guard time == 0 else {
            return try await self.queries.trialBalance(at: Timestamp(microseconds: time))
        }
        guard case .trialBalance(let lines) = try await self.owner.submit(.trialBalance) else {
            return []
        }
        return lines
    }
}
