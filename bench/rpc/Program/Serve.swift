internal import ArgumentParser
internal import BenchMessages
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import TLS

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Answers on one event loop; prints its address; ends with its input.")

    @Option(help: "Folder with ca.crt, payment.crt and payment.key.")
    var certificates: String

    func run() async throws {
        BenchRPC.countCalls()
        let server = try RPCServer(
            methods: Echo().methods,
            tls: TLSContext(
                certificates: self.certificates, role: BenchRole.server, side: .server),
            configuration: .init(limits: .init(connections: 100_000)),
            group: MultiThreadedEventLoopGroup(numberOfThreads: 1), logger: BenchRPC.logger)
        let address = try await server.start()
        guard let port = address.port else { throw ValidationError("no port: \(address)") }
        BenchRPC.printLine("127.0.0.1:\(port)")
        await Self.endOfInput()
        await server.shutdown()
    }

    private static func endOfInput() async {
        await withCheckedContinuation { continuation in
            Thread {
                _ = try? FileHandle.standardInput.readToEnd()
                continuation.resume()
            }.start()
        }
    }
}

/// `florin.bench.v1.EchoService`
private struct Echo: EchoServiceHandler {
    func echo(
        _ request: BenchV1.EchoRequest, context: CallContext
    ) throws -> BenchV1.EchoResponse {
        BenchV1.EchoResponse(payload: request.payload)
    }

    func work(
        _ request: BenchV1.WorkRequest, context: CallContext
    ) throws -> BenchV1.WorkResponse {
        let end = ContinuousClock.now + .microseconds(Int64(request.durationUs))
        while ContinuousClock.now < end {}
        return BenchV1.WorkResponse()
    }
}
