internal import ArgumentParser

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a running system.",
        subcommands: [BenchPayments.self, BenchHTTP.self, BenchLedger.self])
}
