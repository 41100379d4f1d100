import Foundation
import NIOPosix
import RPC
import TLS
import TestKit
import Testing

/// Go's ttrpc server, and our clients of it.
final class GoServer: Sendable {
    let process: GoProcess
    private let endpoint: Endpoint

    init(role: Role = .payment) async throws {
        self.process = try GoProcess([
            "server", "-certificates", TestCertificates.folder(), "-role", "\(role)",
        ])
        let address = try #require(await self.process.line())
        self.endpoint = try #require(Endpoint(parsing: address))
    }

    /// - Parameter keepaliveInterval: How soon a quiet server is asked whether it is there.
    func client(keepaliveInterval: Duration = .seconds(60)) throws -> RPCClient {
        try RPCClient(
            endpoint: self.endpoint, peer: .payment, tls: TestCertificates.client(.orchestrator),
            group: MultiThreadedEventLoopGroup.singleton, logger: InteropServer.logger,
            configuration: .init(
                queueTime: .seconds(60), connectTime: .seconds(60),
                keepaliveInterval: keepaliveInterval))
    }
}

extension RPCClient {
    /// Calls a method of Go's server and returns the data of its answer.
    func call(
        _ method: String, _ data: [UInt8] = [], options: CallOptions = .patient
    ) async throws -> [UInt8] {
        let answer = try await self.call(
            InteropServer.method(method), Blob.encode(data), options: options)
        return try #require(Blob.decode(answer))
    }

    /// The error that such a call ends in.
    func error(
        of method: String, _ data: [UInt8] = [], options: CallOptions = .patient
    ) async -> RPCError? {
        do {
            _ = try await self.call(method, data, options: options)
            return nil
        } catch {
            return error as? RPCError
        }
    }
}

extension CallOptions {
    /// For machines with much to do besides: nothing fails for being slow.
    static let patient = CallOptions(timeout: .seconds(60))
}
