internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit
internal import Stubs

/// What must hold when all payments of a run have ended.
struct PaymentInvariants {
    let ledger: LedgerServiceClient
    let sagas: SagaAdminServiceClient
    let options: CallOptions

    /// - Parameter sample: Payments that succeeded.
    func check(_ sample: [PaymentV1.Payment]) async throws -> [Check] {
        // First: what is unfinished may still hold money.
        let sagas = try await self.noSagaIsUnfinished()
        return [sagas, try await self.booksBalance(), try await self.chargesAreSettled(sample)]
    }

    private func noSagaIsUnfinished() async throws -> Check {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            guard let saga = try await self.unfinishedSaga() else {
                return Check(name: "no saga is unfinished", problem: nil)
            }
            guard ContinuousClock.now < end else {
                return Check(name: "no saga is unfinished", problem: "\(saga.id): \(saga.status)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func unfinishedSaga() async throws -> SagaV1.Saga? {
        for status in [SagaV1.SagaStatus.running, .compensating, .needsAttention] {
            let response = try await self.sagas.listSagas(
                .init(page: .init(limit: 1), status: status), options: self.options)
            if let saga = response.sagas.first { return saga }
        }
        return nil
    }

    /// Payments that wait for their capture hold money rightly, but none of a run does.
    private func booksBalance() async throws -> Check {
        let response = try await self.ledger.trialBalance(.init(), options: self.options)
        let wrong = response.lines.filter {
            !$0.isInBalance || $0.debitsPending != 0 || $0.creditsPending != 0
        }
        return Check(
            name: "debits equal credits, nothing is pending",
            problem: wrong.isEmpty
                ? nil
                : wrong.map {
                    "\($0.currency): debits \($0.debitsPosted), credits \($0.creditsPosted), "
                        + "pending \($0.debitsPending) and \($0.creditsPending)"
                }.joined(separator: "; "))
    }

    private func chargesAreSettled(_ sample: [PaymentV1.Payment]) async throws -> Check {
        let name = "captured is settled, of \(sample.count) payments"
        for payment in sample {
            let settled = try await self.settled(payment)
            guard settled == payment.amountReceived, settled > 0 else {
                return Check(
                    name: name,
                    problem: "\(payment.id): captured \(payment.amountReceived), settled \(settled)"
                )
            }
        }
        return Check(name: name, problem: nil)
    }

    /// Minor units that the acquirer owes for the payment, by the ledger.
    private func settled(_ payment: PaymentV1.Payment) async throws -> Int64 {
        let id = try Identifier<PaymentKind>(parsing: payment.id)
        let response = try await self.ledger.listTransfers(
            .init(page: .init(limit: 100), userData: LedgerV1.Uint128(id.uuid)),
            options: self.options)
        return response.transfers.filter { record in
            record.debitAccountName == "acquirer" && record.pendingStatus == .unspecified
                && (record.transfer?.flags ?? 0) & 8 == 0
        }.reduce(0) { $0 + $1.amount }
    }
}
