internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Metrics
internal import PrometheusMetrics
internal import TLS

/// Our peer in the benchmark: `bench/README.md`.
@main
struct BenchRPC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "florin-bench-rpc",
        abstract: "Measures RPC over mutual TLS: a server and what calls it.",
        subcommands: [MakeCertificates.self, Serve.self, Client.self])

    static let logger: Logger = {
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        return logger
    }()

    /// Both sides count their calls as services do.
    static func countCalls() {
        MetricsSystem.bootstrap(PrometheusMetrics())
    }

    /// Prints at once: whoever reads may wait for the line.
    static func printLine(_ line: String) {
        print(line)
        // SAFETY: A null pointer means all streams.
        fflush(nil)
    }
}

/// The roles of the benchmark, which its peers share.
enum BenchRole {
    static let server = Role.payment
    static let client = Role.client
}

struct MakeCertificates: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificates", abstract: "Makes an authority and both sides' certificates.")

    @Argument(help: "A folder that does not exist yet.")
    var folder: String

    func run() throws {
        let authority = try CertificateAuthority.create(in: self.folder)
        try authority.issue(role: BenchRole.server)
        try authority.issue(role: BenchRole.client)
    }
}
