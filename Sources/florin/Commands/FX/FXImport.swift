internal import ArgumentParser
internal import FXCore
internal import Foundation
internal import Identifiers
internal import Messages
internal import Money
internal import Stubs
internal import TLS

struct FXImport: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take rates from a file of the European Central Bank.",
        discussion: """
            Reads the XML and CSV files, daily and history, whole or not at all. What is there \
            already stays as it is.

            Examples:
              florin fx import eurofxref-hist.csv
              florin fx import sample.xml --sample-day today

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("eurofxref-daily.xml, eurofxref-hist.csv, ...", valueName: "file"))
    var file: String
    @Option(
        help: ArgumentHelp(
            "For sample figures only: take the last ones as those of this day, or of today.",
            valueName: "day"))
    var sampleDay: String?
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let publications = try self.publications()
        let messages = publications.flatMap { publication in
            publication.rates.sorted { $0.key.code < $1.key.code }.map { currency, rate in
                FXV1.Rate(
                    currency: currency.code, unitsPerEuro: "\(rate)",
                    publishedOn: "\(publication.day)", source: publication.source.rawValue)
            }
        }
        let response = try await self.withChannel(to: .fx) { channel in
            try await FXServiceClient(channel).importRates(
                FXV1.ImportRatesRequest(rates: messages), options: self.callOptions)
        }
        self.show(
            response,
            "added \(response.added) rates; \(response.publications) publications in the file")
    }

    private func publications() throws -> [Publication] {
        let text: String
        do {
            text = try String(contentsOfFile: self.file, encoding: .utf8)
        } catch {
            throw Failure(
                .usage, "cannot read \(self.file)", hint: "Name a file that is there, in UTF-8.")
        }
        do {
            let publications = try rates(from: text)
            guard let sampleDay, let last = publications.last else { return publications }
            return [try last.dated(self.day(sampleDay))]
        } catch let error as FXError {
            throw Failure(.usage, "\(self.file): \(error)")
        }
    }

    private func day(_ text: String) throws -> CalendarDay {
        let today = CalendarDay(
            daysSinceEpoch: SystemClock().now().microseconds / 86_400_000_000)
        guard let day = text == "today" ? today : CalendarDay(text) else {
            throw Failure(.usage, "--sample-day: '\(text)' is not a day like 2026-11-20, nor today")
        }
        return day
    }
}
