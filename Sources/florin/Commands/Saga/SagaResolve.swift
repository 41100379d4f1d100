internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaResolve: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Ask that a step in doubt is settled by what the acquirer has on record.",
        discussion: """
            Nothing happens until another operator approves. Then the acquirer is asked once more: \
            its answer holds, and evidence that contradicts it is refused.

            Examples:
              florin saga resolve saga_... --reference pi_.../saga_.../capture \\
                --outcome approved --reason "seen in the acquirer's portal"
              florin saga resolve saga_... --reference pi_.../saga_.../capture \\
                --outcome declined --code card_declined --reason "their letter of today"

            \(ExitStatus.help)
            """)

    @OptionGroup var order: SagaOrderOptions
    @Option(help: "The step's key at the acquirer.") var reference: String
    @Option(help: "What became of it.") var outcome: CommonV1.EvidenceOutcome
    @Option(help: "Why it was declined: card_declined, expired_card, ...") var code: String = ""
    @Option(help: "The step; whichever is in doubt when it is not given.") var step: String = ""
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).resolveStep(
                SagaV1.ResolveStepRequest(
                    sagaID: self.order.saga, step: self.step,
                    evidence: SagaV1.Evidence(
                        reference: self.reference, outcome: self.outcome, code: self.code),
                    reason: self.order.reason), options: self.callOptions)
        }
        self.show(response, (response.request ?? SagaV1.OperatorRequest()).record)
    }
}
