internal import ArgumentParser

struct FX: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fx", abstract: "Exchange rates and quotes.", discussion: ExitStatus.help,
        subcommands: [FXRates.self, FXQuote.self, FXImport.self])
}
