internal import ArgumentParser
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import TLS

/// A command that talks to the services.
///
/// Its ``execute()`` throws whatever went wrong; here that becomes lines on standard error and the
/// exit status.
protocol FlorinCommand: AsyncParsableCommand {
    var system: SystemOptions { get }
    func execute() async throws
}

extension FlorinCommand {
    mutating func run() async throws {
        do {
            try await self.execute()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = Failure(error)
            Console.complain(
                self.system.output == .json ? failure.json.rendered() : failure.text)
            throw failure.status.code
        }
    }

    var callOptions: CallOptions { CallOptions(timeout: self.system.timeout) }

    /// Lends a connection to the service with `role` and closes it afterwards.
    func withChannel<Result>(
        to role: Role, _ body: (any RPC.Channel) async throws -> Result
    ) async throws -> Result {
        let (address, certificates) = try self.system.endpoint(of: role)
        let client = try RPCClient.connecting(
            to: address, peer: role, as: self.system.role, certificates: certificates)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}

extension RPCClient {
    /// A client for one command: it logs nothing, its errors are printed.
    static func connecting(
        to address: String, peer: Role, as role: Role, certificates: String
    ) throws -> RPCClient {
        guard let endpoint = Endpoint(parsing: address) else {
            throw Failure(
                .usage, "'\(address)' is not the address of a service",
                hint: "Write host:port, like 127.0.0.1:7402.")
        }
        return RPCClient(
            endpoint: endpoint, peer: peer,
            tls: try TLSContext(certificates: certificates, role: role, side: .client),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() })
    }
}

extension CallOptions {
    /// For what takes as long as there is much to read, and shows how far it has come.
    var withoutLimit: CallOptions {
        var options = self
        options.timeout = .seconds(24 * 3_600)
        return options
    }
}

/// Standard output and standard error.
enum Console {
    static func say(_ text: String) { self.write(text + "\n", to: .standardOutput) }
    static func complain(_ text: String) { self.write(text + "\n", to: .standardError) }
    /// What has its own line feeds.
    static func write(_ text: String) { self.write(text, to: .standardOutput) }

    /// A reader who went away, as `head` does, is no failure.
    private static func write(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
