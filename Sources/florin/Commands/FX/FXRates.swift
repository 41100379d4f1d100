internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct FXRates: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "rates", abstract: "Show the last published rates.",
        discussion: """
            Examples:
              florin fx rates
              florin fx rates --on 2026-11-20

            \(ExitStatus.help)
            """)

    @Option(help: ArgumentHelp("The last rates on or before this day.", valueName: "day"))
    var on: String = ""
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .fx) { channel in
            try await FXServiceClient(channel).listRates(
                FXV1.ListRatesRequest(on: self.on), options: self.callOptions)
        }
        self.show(response, response.rates.table)
    }
}
