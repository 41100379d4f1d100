internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct LedgerExport: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the journal to standard output, for accountants' tools.",
        discussion: """
            csv has every entry, one a line; hledger and beancount have what was posted, as \
            transactions of those tools: debits positive, credits negative.

            Examples:
              florin ledger export --format csv > journal.csv
              florin ledger export --format hledger --from 2026-11-01 > books.journal
              florin ledger export --format beancount > books.beancount

            \(ExitStatus.help)
            """)

    @Option(help: "csv, hledger or beancount.") var format: LedgerExportFormat = .csv
    @OptionGroup var period: OpenPeriodOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        try await self.withChannel(to: .ledger) { channel in
            var writer = self.format.makeWriter()
            if let header = writer.header { Console.say(header) }
            let messages = try await LedgerServiceClient(channel).readJournal(
                LedgerV1.ReadJournalRequest(fromUs: self.period.from, toUs: self.period.to),
                options: self.callOptions.withoutLimit)
            for try await message in messages {
                let lines = message.entries.compactMap { writer.text(of: $0) }
                if !lines.isEmpty { Console.say(lines.joined(separator: "\n")) }
            }
        }
    }
}

enum LedgerExportFormat: String, CaseIterable, ExpressibleByArgument {
    case csv
    case hledger
    case beancount

    func makeWriter() -> any JournalWriter {
        switch self {
        case .csv: CSVJournalWriter()
        case .hledger: HledgerWriter()
        case .beancount: BeancountWriter()
        }
    }
}
