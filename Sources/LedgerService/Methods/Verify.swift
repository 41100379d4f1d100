internal import Identifiers
internal import LedgerCore
internal import Messages
internal import RPC
internal import Stubs

extension LedgerHandler {
    func verify(
        _ request: LedgerV1.VerifyRequest, to responses: MessageWriter<LedgerV1.VerifyResponse>,
        context: CallContext
    ) async throws {
        let verification = Verification(
            database: self.queries.database, shard: self.queries.shard)
        let finding = try await verification.run { entries, total in
            try await responses.send(
                LedgerV1.VerifyResponse(entries: entries, totalEntries: total))
        }
        try await responses.send(
            LedgerV1.VerifyResponse(
                entries: finding.entries, totalEntries: finding.entries,
                finding: LedgerV1.VerifyFinding(finding)))
    }
}

extension LedgerV1.VerifyFinding {
    fileprivate init(_ finding: Verification.Finding) {
        self.init(
            isWhole: finding.wrong == nil, head: finding.head,
            headAtUs: finding.headTime.microseconds, accounts: finding.accounts)
        switch finding.wrong {
        case .entry(let time, let id, let problem):
            (self.table, self.atUs, self.problem) = ("journal", time.microseconds, problem)
            self.id = LedgerV1.Uint128(id)
        case .commit(let time, let problem):
            (self.table, self.atUs, self.problem) = ("journal_commit", time.microseconds, problem)
        case .account(let id, let problem):
            (self.table, self.problem) = ("account", problem)
            self.id = LedgerV1.Uint128(id)
        case nil: break
        }
    }
}
