internal import DevSystem
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A NATS server with JetStream of its own: a process that can be killed and started again on the
/// same port with what it had on disk.
package final class NATSServer: Sendable {
    package let port: Int
    private let folder: String
    private let process = Mutex<Process?>(nil)

    package var address: String { "127.0.0.1:\(self.port)" }
    package var url: String { "nats://\(self.address)" }

    /// - Parameter configuration: In nats-server's own language, beside its address and its store.
    package init(_ configuration: String = "") async throws {
        self.folder = try EphemeralFolder.make()
        self.port = try await Self.freePort()
        let text = """
            listen: "127.0.0.1:\(self.port)"
            \(configuration)
            jetstream { store_dir: "\(self.folder)/store" }
            """
        try Data(text.utf8).write(to: URL(filePath: self.folder + "/nats.conf"))
    }

    /// Runs `body` with a server that is running, and leaves nothing behind.
    package static func with<Result: Sendable>(
        _ configuration: String = "", _ body: (NATSServer) async throws -> Result
    ) async throws -> Result {
        let server = try await NATSServer(configuration)
        defer { server.remove() }
        try await server.start()
        return try await body(server)
    }

    /// Starts it and waits until it can be connected to.
    package func start() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/nats-server")
        process.arguments = ["--config", self.folder + "/nats.conf", "--log", self.log]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        EphemeralFolder.removeAtExit(
            self.folder, server: ProcessIdentity(pid: process.processIdentifier))
        self.process.withLock { $0 = process }
        let isUp = try await eventually(within: .seconds(20)) {
            let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: self.port).get()
            try? await channel?.close()
            return channel != nil
        }
        guard isUp else { throw NotStarted(log: self.logText) }
    }

    /// Ends it at once, as a crash does.
    package func kill() {
        guard let process = self.process.withLock({ $0.take() }) else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    package func remove() {
        self.kill()
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    private var log: String { self.folder + "/nats.log" }
    private var logText: String { (try? String(contentsOfFile: self.log, encoding: .utf8)) ?? "" }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    private struct NotStarted: Error {
        let log: String
    }
}
