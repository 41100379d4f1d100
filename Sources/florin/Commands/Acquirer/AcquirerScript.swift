internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct AcquirerScript: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Rules for how the card network answers.",
        discussion: "The first rule that fits a call is used, before the payment method's own.",
        subcommands: [ScriptAdd.self, ScriptList.self, ScriptClear.self])
}

struct ScriptAdd: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a rule.",
        discussion: """
            Examples:
              florin acquirer script add never_answer --kind purchase --times 1
              florin acquirer script add answer_late --delay 3s --reference pi_...
              florin acquirer script add decline --decline-code insufficient_funds

            \(ExitStatus.help)
            """)

    @Argument(help: "What to do with a call that fits.") var behavior: AcquirerV1.Behavior
    @Option(help: "Only calls of this kind.") var kind: AcquirerV1.EffectKind?
    @Option(help: "Only calls whose reference begins so.") var reference: String = ""
    @Option(help: "Only calls with this payment method.") var paymentMethod: String = ""
    @Option(help: "How much later.", transform: SystemOptions.duration) var delay: Duration =
        .seconds(3)
    @Option(help: "How many calls it applies to.") var times: Int64 = 1
    @Option(help: "The reason of a decline.") var declineCode: String = ""
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let milliseconds = Int64(self.delay / .milliseconds(1))
        let response = try await self.withChannel(to: .acquirer) { channel in
            try await AcquirerServiceClient(channel).addScript(
                AcquirerV1.AddScriptRequest(
                    script: AcquirerV1.Script(
                        kind: self.kind ?? .unspecified, referencePrefix: self.reference,
                        paymentMethod: self.paymentMethod, behavior: self.behavior,
                        delayMs: milliseconds, remaining: self.times,
                        declineCode: self.declineCode)),
                options: self.callOptions)
        }
        let script = response.script ?? AcquirerV1.Script()
        self.show(script, [script].table)
    }
}

struct ScriptList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rules that still apply.",
        discussion: "Example:\n  florin acquirer script list")

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .acquirer) { channel in
            try await AcquirerServiceClient(channel).listScripts(
                AcquirerV1.ListScriptsRequest(), options: self.callOptions)
        }
        self.show(response, response.scripts.table)
    }
}

struct ScriptClear: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Remove all rules.",
        discussion: "Example:\n  florin acquirer script clear")

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .acquirer) { channel in
            try await AcquirerServiceClient(channel).clearScripts(
                AcquirerV1.ClearScriptsRequest(), options: self.callOptions)
        }
        self.show(response, "removed \(response.removed)")
    }
}
