internal import ArgumentParser
internal import Foundation
internal import RPC

struct Idle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens connections that do nothing; tells what each costs the server.")

    @OptionGroup var connecting: Connecting

    @Option(help: "How many.")
    var connections = 10_000

    @Option(help: "The server's process, whose memory to read.")
    var serverPID: Int32

    /// Handshakes at once.
    private static let atOnce = 32

    func run() async throws {
        let (clients, executor) = try self.connecting.open(self.connections + 1)
        // What the server takes once is not the connections'.
        try await ClosedLoop.echo(EchoServiceClient(clients[self.connections]))
        let before = try Self.residentKiB(self.serverPID)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, client) in clients.dropLast().enumerated() {
                if index >= Self.atOnce { try await group.next() }
                group.addTask(executorPreference: executor) {
                    try await untilTaken { try await ClosedLoop.echo(EchoServiceClient(client)) }
                }
            }
            try await group.waitForAll()
        }
        let after = try Self.residentKiB(self.serverPID)
        try BenchRPC.printJSON([
            "connections": Double(self.connections), "server_rss_kib": after,
            "kib_per_connection": (after - before) / Double(self.connections),
        ])
    }

    private static func residentKiB(_ process: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count > 1, let value = Double(words[1]) else {
            throw ValidationError("process \(process) tells no VmRSS")
        }
        return value
    }
}
