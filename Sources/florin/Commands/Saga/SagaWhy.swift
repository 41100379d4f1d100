internal import ArgumentParser
internal import Identifiers
internal import PaymentStories
internal import RPC
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
        let story = await self.story()
        guard !story.lines.isEmpty || !story.missing.isEmpty else {
            throw Failure(.notFound, "there is nothing of \(self.payment)")
        }
        switch self.system.output {
        case .json: Console.say(story.json.rendered())
        case .table: Console.say(story.text)
        }
        if !story.missing.isEmpty { throw ExitStatus.undecided.code }
    }

    private func story() async -> PaymentStory {
        var story = PaymentStory()
        let (payment, options) = (self.payment, self.callOptions)
        await self.add(to: &story, from: .orchestrator) {
            try await PaymentStory.lines(of: payment, from: SagaAdminServiceClient($0), options)
        }
        await self.add(to: &story, from: .payment) {
            try await PaymentStory.lines(of: payment, from: PaymentServiceClient($0), options)
        }
        let refunds = story.refunds
        if !refunds.isEmpty {
            await self.add(to: &story, from: .refund) {
                try await PaymentStory.lines(of: refunds, from: RefundServiceClient($0), options)
            }
        }
        await self.add(to: &story, from: .acquirer) {
            try await PaymentStory.lines(of: payment, from: AcquirerServiceClient($0), options)
        }
        await self.add(to: &story, from: .ledger) {
            try await PaymentStory.lines(of: payment, from: LedgerServiceClient($0), options)
        }
        let quotes = story.quotes
        if !quotes.isEmpty {
            await self.add(to: &story, from: .fx) {
                try await PaymentStory.lines(of: quotes, from: FXServiceClient($0), options)
            }
        }
        return story
    }

    private func add(
        to story: inout PaymentStory, from role: Role,
        _ read: (any RPC.Channel) async throws -> [PaymentStory.Line]
    ) async {
        await story.add(from: role.rawValue) {
            try await self.withChannel(to: role, read)
        } problem: {
            let failure = Failure($0)
            return failure.status == .notFound ? nil : failure.message
        }
    }
}
