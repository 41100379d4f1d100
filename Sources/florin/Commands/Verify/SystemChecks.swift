internal import Identifiers
internal import Messages
internal import RPC
internal import ReconciliationCore
internal import ReconciliationReading
internal import ServiceKit
internal import Stubs

/// Of the orchestrator: its sagas, and what operators did to them.
struct SagaChecks {
    let admin: SagaAdminServiceClient
    let options: CallOptions

    func run(startedBefore moment: Timestamp) async throws -> [Check] {
        [try await self.allEnded(startedBefore: moment), try await self.logIsWhole()]
    }

    private func allEnded(startedBefore moment: Timestamp) async throws -> Check {
        let name = "every saga has ended, or waits for an operator"
        for status in [SagaV1.SagaStatus.running, .compensating] {
            let response = try await self.admin.listSagas(
                SagaV1.ListSagasRequest(
                    page: .init(limit: 1), status: status, createdToUs: moment.microseconds),
                options: self.options)
            if let saga = response.sagas.first {
                return Check(
                    name: name, problem: "\(saga.id) is \(saga.status) at \(saga.currentStep)")
            }
        }
        return Check(name: name, problem: nil)
    }

    private func logIsWhole() async throws -> Check {
        let proof = try await self.admin.verifyOperatorLog(
            SagaV1.VerifyOperatorLogRequest(), options: self.options.withoutLimit)
        return Check(
            name: "the operators' log is whole",
            problem: proof.isWhole ? nil : "line \(proof.brokenNumber): \(proof.problem)")
    }
}

/// Of the ledger.
struct BookChecks {
    let ledger: LedgerServiceClient
    let options: CallOptions

    func run() async throws -> [Check] {
        [try await self.balanced(), try await self.whole()]
    }

    private func balanced() async throws -> Check {
        let response = try await self.ledger.trialBalance(.init(), options: self.options)
        let wrong = response.lines.first { !$0.isInBalance }
        return Check(
            name: "in each currency debits equal credits",
            problem: wrong.map {
                "\($0.currency): debits \($0.debitsPosted), credits \($0.creditsPosted)"
            })
    }

    private func whole() async throws -> Check {
        let finding = try await self.ledger.verified(options: self.options).finding
        return Check(
            name: "the journal and all balances are whole",
            problem: finding.map {
                $0.isWhole ? nil : "\($0.problem), in \($0.table)"
            } ?? "the ledger gave no finding")
    }
}

extension Check {
    /// What a comparison of payments, ledger and acquirer came to.
    init(_ report: Report) {
        let problem = report.findings.first.map {
            "\(report.findings.count) findings, first: \($0.kind.rawValue) "
                + "\($0.movement.rawValue) of \($0.id) with the \($0.counterpart.rawValue), "
                + $0.reference
        }
        self.init(
            name:
                "payments, ledger and acquirer agree on \(report.matched(with: .acquirer)) movements",
            problem: problem)
    }
}

extension AcquirerServiceClient {
    /// What the acquirer itself lists as settled in a period.
    func settlement(
        in period: Range<Timestamp>, options: CallOptions
    ) async throws -> SettlementFile {
        var settled: [SettledLine] = []
        let request = AcquirerV1.ListSettledRequest(
            fromUs: period.lowerBound.microseconds, toUs: period.upperBound.microseconds)
        try await self.eachSettled(request, options: options) { settled += $0 }
        return SettlementFile(settled)
    }
}

extension LedgerServiceClient {
    /// The last word of a verification, whose progress is shown.
    func verified(options: CallOptions) async throws -> LedgerV1.VerifyResponse {
        var progress = ProgressBar(title: "verifying")
        var last = LedgerV1.VerifyResponse()
        let answers = try await self.verify(
            LedgerV1.VerifyRequest(), options: options.withoutLimit)
        for try await answer in answers {
            progress.show(answer.entries, of: answer.totalEntries)
            last = answer
        }
        progress.clear()
        return last
    }
}
