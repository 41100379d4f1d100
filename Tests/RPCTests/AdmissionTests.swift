import RPC
import RPCCore
import TLS
import TestKit
import Testing

@Suite("Admission over TLS", .timeLimit(.minutes(1)))
struct AdmissionTests {
    private static let health = MethodDescriptor(
        service: "grpc.health.v1.Health", name: "Check", callers: [], isIdempotent: true)

    private static func harness(
        _ admission: AdmissionController.Configuration
    ) async throws -> RPCHarness {
        try await RPCHarness(limits: .init(watch: .init(handshake: 60), admission: admission))
    }

    @Test("A caller over its rate is told when to come again, and what it sent has not run")
    func rate() async throws {
        let harness = try await Self.harness(.init(callerRate: 1, callerBurst: 2))
        let client = try harness.client()
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        // As many at once as no pause makes up for.
        let calls = (0..<200).map { _ in
            Task {
                await rpcError {
                    _ = try await client.call(RPCHarness.echo, [1], options: .patient)
                }
            }
        }
        var errors: [RPCError] = []
        for call in calls { if let error = await call.value { errors.append(error) } }
        let error = errors.first
        #expect(error?.code == .resourceExhausted)
        #expect(error?.reason == .rateLimited)
        #expect(error?.mayHaveRun == false)
        #expect(error?.retryAfter.map { $0 > .zero && $0 <= .seconds(1) } == true)
        let other = try harness.client(.refund)
        #expect(try await other.call(RPCHarness.echo, [2], options: .patient) == [2])
        await harness.server.shutdown()
    }

    @Test("A server that takes no more calls still tells its health, and takes more when some end")
    func inFlight() async throws {
        let harness = try await Self.harness(.init(callerInFlight: 1))
        let client = try harness.client()
        let waiting = Task { try await client.call(RPCHarness.wait, [1], options: .patient) }
        await harness.gate.arrivals(1)
        let error = await rpcError {
            _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        }
        #expect(error?.reason == .rateLimited)
        #expect(try await client.call(Self.health, [], options: .patient) == [8, 1])
        harness.gate.open()
        #expect(try await waiting.value == [1])
        #expect(try await client.call(RPCHarness.echo, [2], options: .patient) == [2])
        await harness.server.shutdown()
    }

    @Test("What all connections together may hold is bounded")
    func totalBytes() async throws {
        let harness = try await RPCHarness(
            limits: .init(totalBytes: 1000, watch: .init(handshake: 60)))
        let client = try harness.client()
        let large = await rpcError {
            let payload = [UInt8](repeating: 0, count: 1000)
            _ = try await client.call(RPCHarness.echo, payload, options: .patient)
        }
        #expect(large?.code == .resourceExhausted)
        #expect(large?.mayHaveRun == false)
        #expect(try await client.call(RPCHarness.echo, [2], options: .patient) == [2])
        await harness.server.shutdown()
    }
}
