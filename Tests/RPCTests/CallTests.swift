import Logging
import NIOPosix
import RPC
import TLS
import TestKit
import Testing

@Suite("Calls over TLS", .timeLimit(.minutes(1)))
struct CallTests {
    @Test("Many calls in flight on one connection each get their own answer")
    func manyInFlight() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let payload = Array("call \(number)".utf8)
                    let answer = try await client.call(RPCHarness.echo, payload, options: .patient)
                    #expect(answer == payload)
                }
            }
            try await group.waitForAll()
        }
        await client.close()
        await harness.server.shutdown()
    }

    @Test("Large messages travel both ways", arguments: [0, 1, 16_384, 1 << 20, 4 << 20 - 70_000])
    func sizes(size: Int) async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await client.call(RPCHarness.echo, payload, options: .patient) == payload)
        await harness.server.shutdown()
    }

    @Test("The context tells who calls, how long, in which trace and with what metadata")
    func context() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let trace = TraceParent.root()
        let options = CallOptions(
            timeout: .seconds(1000), metadata: ["key": "välue"], traceParent: trace)
        let answer = try await client.call(RPCHarness.inspect, [], options: options)
        let told = String(decoding: answer, as: UTF8.self)
        #expect(told.hasPrefix("orchestrator Inspect 99"), "\(told)")
        #expect(told.hasSuffix(" välue \(trace)"), "\(told)")
        await harness.server.shutdown()
    }

    @Test("An error arrives with all its details")
    func errorDetails() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let error = await rpcError {
            _ = try await client.call(RPCHarness.refuse, [], options: .patient)
        }
        #expect(error == RPCHarness.refusal)
        await harness.server.shutdown()
    }

    @Test("What a handler throws unasked is told to nobody")
    func secretError() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let error = await rpcError {
            _ = try await client.call(RPCHarness.fail, [], options: .patient)
        }
        #expect(error == RPCError.internal())
        await harness.server.shutdown()
    }

    @Test("A role that may not call, and a method that is not there, never reach a handler")
    func denied() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client(.refund)
        let denied = await rpcError {
            _ = try await client.call(RPCHarness.operatorsOnly, [], options: .patient)
        }
        #expect(denied?.code == .permissionDenied)
        #expect(denied?.reason == .permissionDenied)
        #expect(denied?.mayHaveRun == false)
        let unknown = await rpcError {
            _ = try await client.call(RPCHarness.unknown, [], options: .patient)
        }
        #expect(unknown?.code == .unimplemented)
        #expect(unknown?.reason == .unknownMethod)
        let operators = try harness.client(.operator)
        #expect(try await operators.call(RPCHarness.operatorsOnly, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    @Test("Messages over the limit are refused on either side, and the connection goes on")
    func tooLarge() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let request = await rpcError {
            let payload = [UInt8](repeating: 0, count: 4 << 20)
            _ = try await client.call(RPCHarness.echo, payload, options: .patient)
        }
        #expect(request?.reason == .messageTooLarge)
        #expect(request?.mayHaveRun == false)
        let response = await rpcError {
            _ = try await client.call(RPCHarness.swell, [0, 0x40, 0, 1], options: .patient)
        }
        #expect(response?.reason == .messageTooLarge)
        #expect(response?.mayHaveRun == true)
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    @Test("Health is answered for the server and each service, to everybody")
    func health() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client(.client)
        let check = MethodDescriptor(
            service: "grpc.health.v1.Health", name: "Check", callers: [], isIdempotent: true)
        func status(_ service: String) async throws -> [UInt8] {
            let name = Array(service.utf8)
            let request = name.isEmpty ? [] : [0x0a, UInt8(name.count)] + name
            return try await client.call(check, request, options: .patient)
        }
        #expect(try await status("") == [8, 1])
        #expect(try await status(RPCHarness.service) == [8, 1])
        harness.server.health.set(RPCHarness.service, isServing: false)
        #expect(try await status(RPCHarness.service) == [8, 2])
        #expect(try await status("") == [8, 1])
        harness.server.health.set(RPCHarness.service, isServing: true)
        harness.server.health.set(isServing: false)
        #expect(try await status(RPCHarness.service) == [8, 2])
        let error = await rpcError { _ = try await status("nobody") }
        #expect(error?.code == .notFound)
        await harness.server.shutdown()
    }
}
