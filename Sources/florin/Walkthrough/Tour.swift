internal import DevSystem
internal import Foundation
internal import Messages
internal import TLS

/// The walk-through: commands as a person would type them, run by this executable, each with its
/// result checked through the services themselves.
final class Tour {
    let layout: DevLayout
    /// A file of exchange rates, marked as a sample.
    let sample: String
    private var number = 0

    init(layout: DevLayout, services: String) {
        self.layout = layout
        let file = URL(filePath: services).deletingLastPathComponent()
            .appending(path: "docs/samples/eurofxref-sample.xml").path(percentEncoded: false)
        // Shown the way a person in the source tree would type it.
        let here = FileManager.default.currentDirectoryPath + "/"
        self.sample = file.hasPrefix(here) ? String(file.dropFirst(here.count)) : file
    }

    func run() async throws {
        try await self.importRates()
        try await self.payAndRefundDollars()
        try await self.payInCurrenciesWithOtherDecimals()
        try await self.settleInEuros()
        try await self.captureAPart()
        try await self.decline()
        try await self.settleWhatWasNeverAnswered()
        try await self.closeTheBooks()
        Console.say("\nAll \(self.number) chapters came out as they should.")
    }

    func chapter(_ title: String) {
        self.number += 1
        Console.say("\n== \(self.number). \(title)")
    }

    func note(_ text: String) { Console.say("   \(text)") }

    /// Runs a command, shows it with its output, and checks how it ended.
    ///
    /// - Returns: What it printed on standard output.
    /// - Throws: ``Failure`` when it did not end as expected.
    @discardableResult
    func type(_ command: String, ends expected: ExitStatus = .done) async throws -> String {
        Console.say("\n$ florin \(command)")
        let (status, output) = try await CommandRun.run(
            Self.words(command), data: self.layout.data)
        Console.say(output.trimmingCharacters(in: .newlines))
        guard status == expected.rawValue else {
            throw Failure(
                .failed, "florin \(command) ended with \(status) in place of \(expected.rawValue)",
                hint: "The services' logs are in \(self.layout.logs).")
        }
        if expected != .done { self.note("(exit status \(status))") }
        return output
    }

    /// - Throws: ``Failure`` when what has to hold does not.
    func check(_ what: String, _ holds: Bool) throws {
        guard holds else {
            throw Failure(
                .failed, "the walk-through expected: \(what)",
                hint: "The services' logs are in \(self.layout.logs).")
        }
        Console.say("   checked: \(what)")
    }

    /// The first id with `prefix` in `output`.
    func id(_ prefix: String, in output: String) throws -> String {
        let characters = { (character: Character) in
            character.isASCII && (character.isLowercase || character.isNumber)
        }
        guard let start = output.firstRange(of: prefix + "_") else {
            throw Failure(.failed, "the output holds no id that begins with \(prefix)_")
        }
        return prefix + "_" + output[start.upperBound...].prefix(while: characters)
    }

    /// A command's words; a part in double quotes is one word.
    private static func words(_ command: String) -> [String] {
        command.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
            index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
    }
}
