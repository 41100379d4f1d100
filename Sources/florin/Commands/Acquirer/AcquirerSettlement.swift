internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import ReconciliationCore
internal import ReconciliationReading
internal import Stubs
internal import TLS

struct AcquirerSettlement: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlement",
        abstract: "Write the settlement file of a period to standard output.",
        discussion: """
            Captures and refunds that were approved, oldest first. docs/reconciliation.md has the
            format; a file without its closing line was cut.

            Example:
              florin acquirer settlement --from 2026-11-20 --to 2026-11-21 > file.csv

            \(ExitStatus.help)
            """)

    @OptionGroup var period: PeriodOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        try await self.withChannel(to: .acquirer) { channel in
            var writer = SettlementWriter()
            Console.write(writer.header())
            let request = AcquirerV1.ListSettledRequest(
                fromUs: self.period.from.microseconds, toUs: self.period.to.microseconds)
            try await AcquirerServiceClient(channel).eachSettled(
                request, options: self.callOptions
            ) { lines in
                Console.write(lines.map { writer.line($0) }.joined())
            }
            Console.write(writer.closing())
        }
    }
}
