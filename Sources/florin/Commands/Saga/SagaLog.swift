internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaLog: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show what operators did, newest first, or prove that nobody changed it.",
        discussion: """
            Each line's hash is made of the one before it and of the line. --verify recomputes all \
            of them and exits with 6 at the first that does not hold. Note the head down elsewhere: \
            it proves later that nothing was cut off.

            Examples:
              florin saga log --saga saga_...
              florin saga log --verify

            \(ExitStatus.help)
            """)

    @Flag(help: "Recompute every hash.") var verify = false
    @Option(help: "Only what was done to this saga.") var saga: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        if self.verify { return try await self.proveWhole() }
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listOperatorLog(
                SagaV1.ListOperatorLogRequest(page: self.page.request, sagaID: self.saga),
                options: self.callOptions)
        }
        self.show(response, response.entries.table + response.page.more)
    }

    private func proveWhole() async throws {
        let report = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).verifyOperatorLog(
                SagaV1.VerifyOperatorLogRequest(), options: self.callOptions)
        }
        self.show(report, report.record)
        guard report.isWhole else { throw ExitStatus.differs.code }
    }
}
