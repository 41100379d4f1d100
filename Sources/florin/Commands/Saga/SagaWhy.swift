internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import ReconciliationReading
internal import Stubs
internal import TLS

struct SagaWhy: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Everything that happened to a payment, from all services, as one timeline.",
        discussion: """
            Calls with their keys, steps, what was asked of the acquirer and what it did, \
            postings, quotes and events. A \
            service that does not answer is named and leaves its lines out; the exit status is 5 \
            then.

            Example:
              florin saga why pi_...

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: PaymentID
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        var story = PaymentStory()
        await story.add(from: "orchestrator") { try await self.sagas() }
        await story.add(from: "payment") { try await self.events() }
        let refunds = story.refunds
        await story.add(from: "refund") { try await self.attempts(of: refunds) }
        await story.add(from: "acquirer") { try await self.effects() }
        await story.add(from: "ledger") { try await self.postings() }
        let quotes = story.quotes
        await story.add(from: "fx") { try await self.quotes(quotes) }
        guard !story.lines.isEmpty || !story.missing.isEmpty else {
            throw Failure(.notFound, "there is nothing of \(self.payment)")
        }
        switch self.system.output {
        case .json: Console.say(story.json.rendered())
        case .table: Console.say(story.text)
        }
        if !story.missing.isEmpty { throw ExitStatus.undecided.code }
    }

    private func sagas() async throws -> [PaymentStory.Line] {
        try await self.withChannel(to: .orchestrator) { channel in
            let admin = SagaAdminServiceClient(channel)
            let sagas = try await SagaBatch(admin: admin, options: self.callOptions).find(
                SagaV1.ListSagasRequest(paymentID: self.payment.description))
            var lines: [PaymentStory.Line] = []
            for saga in sagas {
                let shown = try await admin.showSaga(
                    SagaV1.ShowSagaRequest(sagaID: saga.id), options: self.callOptions)
                lines += PaymentStory.lines(of: shown)
            }
            return lines
        }
    }

    private func events() async throws -> [PaymentStory.Line] {
        try await self.withChannel(to: .payment) { channel in
            let found = try await PaymentServiceClient(channel).getPayment(
                PaymentV1.GetPaymentRequest(paymentID: self.payment.description),
                options: self.callOptions)
            let asked = try await PaymentServiceClient(channel).listAttempts(
                PaymentV1.ListAttemptsRequest(paymentID: self.payment.description),
                options: self.callOptions)
            return PaymentStory.lines(of: found) + PaymentStory.lines(of: asked.attempts)
        }
    }

    private func attempts(of refunds: [String]) async throws -> [PaymentStory.Line] {
        guard !refunds.isEmpty else { return [] }
        return try await self.withChannel(to: .refund) { channel in
            var lines: [PaymentStory.Line] = []
            for id in refunds {
                let asked = try await RefundServiceClient(channel).listAttempts(
                    RefundV1.ListAttemptsRequest(refundID: id), options: self.callOptions)
                lines += PaymentStory.lines(of: asked.attempts)
            }
            return lines
        }
    }

    private func effects() async throws -> [PaymentStory.Line] {
        try await self.withChannel(to: .acquirer) { channel in
            let client = AcquirerServiceClient(channel)
            var lines: [PaymentStory.Line] = []
            try await Pages.each { page in
                try await client.listEffects(
                    AcquirerV1.ListEffectsRequest(
                        page: page, referencePrefix: "\(self.payment)/"),
                    options: self.callOptions)
            } next: {
                $0.page
            } take: {
                lines += $0.effects.map { PaymentStory.Line($0) }
                return true
            }
            return lines
        }
    }

    private func postings() async throws -> [PaymentStory.Line] {
        try await self.withChannel(to: .ledger) { channel in
            let client = LedgerServiceClient(channel)
            var lines: [PaymentStory.Line] = []
            try await Pages.each { page in
                try await client.listTransfers(
                    LedgerV1.ListTransfersRequest(
                        page: page, userData: LedgerV1.Uint128(self.payment.uuid),
                        oldestFirst: true), options: self.callOptions)
            } next: {
                $0.page
            } take: {
                lines += $0.transfers.map { PaymentStory.Line($0) }
                return true
            }
            return lines
        }
    }

    private func quotes(_ ids: [String]) async throws -> [PaymentStory.Line] {
        guard !ids.isEmpty else { return [] }
        return try await self.withChannel(to: .fx) { channel in
            var lines: [PaymentStory.Line] = []
            for id in ids {
                let found = try await FXServiceClient(channel).getQuote(
                    FXV1.GetQuoteRequest(quoteID: id), options: self.callOptions)
                if let quote = found.quote { lines.append(PaymentStory.Line(quote)) }
            }
            return lines
        }
    }
}
