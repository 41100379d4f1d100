internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaCompensate: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "compensate",
        abstract: "Tell what undoing a saga would come to, and then have it undone.",
        discussion: """
            --plan changes nothing: it shows what would be undone, the money by account and \
            currency, and what cannot be undone. --apply takes the hash it printed, and is refused \
            when the saga has moved on since. A saga that keeps moving is paused first.

            Examples:
              florin saga compensate saga_... --plan
              florin saga compensate saga_... --apply 9f86d0... --reason "a duplicate"

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The saga.", valueName: "saga_...")) var saga: String
    @Flag(help: "Show what it would come to.") var plan = false
    @Option(help: ArgumentHelp("Have it undone by this plan.", valueName: "hash"))
    var apply: String?
    @Option(help: "Why, with --apply; kept in the operators' log.") var reason: String?
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard self.plan != (self.apply != nil) else {
            throw ValidationError("give either --plan or --apply")
        }
        guard (self.apply == nil) == (self.reason == nil) else {
            throw ValidationError("--apply and --reason are given together")
        }
    }

    func execute() async throws {
        try await self.withChannel(to: .orchestrator) { channel in
            let admin = SagaAdminServiceClient(channel)
            if let apply {
                let response = try await admin.applyCompensation(
                    SagaV1.ApplyCompensationRequest(
                        sagaID: self.saga, planHash: apply, reason: self.reason ?? ""),
                    options: self.callOptions)
                self.show(response, (response.saga ?? SagaV1.Saga()).record)
                return
            }
            let response = try await admin.planCompensation(
                SagaV1.PlanCompensationRequest(sagaID: self.saga), options: self.callOptions)
            let plan = response.plan ?? SagaV1.CompensationPlan()
            self.show(response, plan.text)
            guard plan.objection.isEmpty else { throw ExitStatus.refused.code }
        }
    }
}
