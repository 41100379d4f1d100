internal import DevSystem
internal import Messages
internal import RPC
internal import Stubs
internal import TLS

/// What the walk-through asks the services behind the commands' backs.
extension Tour {
    func payment(_ id: String) async throws -> PaymentV1.Payment {
        try await self.asking(.payment) { channel in
            try await PaymentServiceClient(channel).getPayment(
                PaymentV1.GetPaymentRequest(paymentID: id)
            ).payment ?? PaymentV1.Payment()
        }
    }

    /// What the account holds: credits less debits, posted, in minor units.
    func balance(_ account: String, _ currency: String) async throws -> Int64 {
        try await self.asking(.ledger) { channel in
            let found = try await LedgerServiceClient(channel).accounts(
                named: account, currency: currency, options: CallOptions())
            return found.reduce(0) { $0 + $1.creditsPosted - $1.debitsPosted }
        }
    }

    func saga(of payment: String) async throws -> SagaV1.Saga {
        try await self.asking(.orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listSagas(
                SagaV1.ListSagasRequest(
                    page: CommonV1.PageRequest(limit: 1), paymentID: payment)
            ).sagas.first ?? SagaV1.Saga()
        }
    }

    func trialBalance() async throws -> [LedgerV1.TrialBalanceResponse.Line] {
        try await self.asking(.ledger) { channel in
            try await LedgerServiceClient(channel).trialBalance(LedgerV1.TrialBalanceRequest())
                .lines
        }
    }

    private func asking<Result>(
        _ role: Role, _ body: (any RPC.Channel) async throws -> Result
    ) async throws -> Result {
        let state = try DevState.read(from: self.layout)
        let client = try RPCClient.connecting(
            to: state.services[role.rawValue]?.address ?? "", peer: role, as: .operator,
            certificates: state.certificates)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
