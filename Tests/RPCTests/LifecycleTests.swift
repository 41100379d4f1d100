import Logging
import NIOPosix
import RPC
import TLS
import TestKit
import Testing

@Suite("Deadlines, cancellation, draining, reconnecting", .timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test("A deadline ends the call on both sides")
    func deadline() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [], options: .patient)
        let error = await rpcError {
            _ = try await client.call(
                RPCHarness.wait, [], options: .init(timeout: .milliseconds(50)))
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.mayHaveRun == true)
        await harness.gate.cancellations(1)
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    @Test("A call without time left is not sent", arguments: [Duration.zero, .seconds(-1)])
    func expired(timeout: Duration) async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let error = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .init(timeout: timeout))
        }
        #expect(error == .deadlineExceeded(mayHaveRun: false))
        await harness.server.shutdown()
    }

    @Test("A huge deadline is as good as a day")
    func hugeDeadline() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let options = CallOptions(timeout: .seconds(Int64.max / 2))
        let answer = try await client.call(RPCHarness.inspect, [], options: options)
        #expect(String(decoding: answer, as: UTF8.self).contains("Inspect 863"))
        await harness.server.shutdown()
    }

    @Test("A cancelled call returns at once and frees its place")
    func cancel() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client(configuration: .patient(pendingCalls: 1))
        let task = Task { try await client.call(RPCHarness.wait, [], options: .patient) }
        await harness.gate.arrivals(1)
        let full = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .patient)
        }
        #expect(full?.code == .resourceExhausted)
        task.cancel()
        let error = await rpcError { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveRun == true)
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        harness.gate.open()
        await harness.server.shutdown()
    }

    @Test("A task that is cancelled before it calls sends nothing")
    func cancelledBefore() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.call(RPCHarness.echo, [], options: .patient)
        }
        let error = await rpcError { _ = try await task.value }
        #expect(error == .cancelled(mayHaveRun: false))
        await harness.server.shutdown()
    }

    @Test("A server that is cut down in mid-call leaves the outcome unknown")
    func killed() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let task = Task { try await client.call(RPCHarness.wait, [], options: .patient) }
        await harness.gate.arrivals(1)
        await harness.server.shutdown()
        let error = await rpcError { _ = try await task.value }
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == true)
        await harness.gate.cancellations(1)
    }

    @Test(
        "Draining lets accepted calls finish; the client leaves, and its new calls are surely unsent"
    )
    func drain() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client(configuration: .init(queueTime: .milliseconds(100)))
        // Not patient, so that it fails soon later on; it may take some attempts to connect.
        let isConnected = try await eventually {
            (try? await client.call(RPCHarness.echo, [1], options: .patient)) == [1]
        }
        #expect(isConnected)
        let accepted = Task { try await client.call(RPCHarness.wait, [7], options: .patient) }
        await harness.gate.arrivals(1)
        let drained = Task { await harness.server.drain(within: .seconds(20)) }
        while harness.server.health.isServing() == true { await Task.yield() }
        var refusal: RPCError?
        while refusal == nil {
            refusal = await rpcError {
                _ = try await client.call(RPCHarness.echo, [1], options: .patient)
            }
        }
        #expect(refusal?.code == .unavailable)
        #expect(refusal?.mayHaveRun == false)
        harness.gate.open()
        #expect(try await accepted.value == [7])
        await drained.value
    }

    @Test("A draining server answers the accepted call of a peer that stays, and refuses the next")
    func drainRefuses() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(RawPeer.request(stream: 1, method: "Wait"))
        await harness.gate.arrivals(1)
        let drained = Task { await harness.server.drain(within: .seconds(20)) }
        #expect(try await eventually { harness.server.health.isServing() == false })
        var stream: UInt32 = 3
        while !String(decoding: peer.lastPayload, as: UTF8.self).contains("draining") {
            try peer.send(RawPeer.request(stream: stream))
            #expect(try peer.receiveFrame() == stream)
            stream += 2
        }
        harness.gate.open()
        #expect(try peer.receiveFrame() == 1)
        await drained.value
    }

    @Test("A cancelled call is cancelled in the server, long before its deadline")
    func cancelTravels() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let task = Task { try await client.call(RPCHarness.wait, [], options: .patient) }
        await harness.gate.arrivals(1)
        task.cancel()
        await harness.gate.cancellations(1)
        _ = await rpcError { _ = try await task.value }
        await harness.server.shutdown()
    }

    @Test("An idle connection is closed in order by a drain, and the next call is surely unsent")
    func drainIdle() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        await harness.server.drain()
        let error = await rpcError {
            _ = try await client.call(
                RPCHarness.echo, [1], options: .init(timeout: .seconds(2)))
        }
        #expect(error?.mayHaveRun == false)
    }

    @Test("A client reconnects to a server that comes back, and calls meanwhile wait")
    func reconnects() async throws {
        let first = try await RPCHarness()
        let client = try first.client()
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await first.server.shutdown()
        let waiting = Task {
            while true {
                do {
                    return try await client.call(
                        RPCHarness.echo, [2], options: .patient)
                } catch let error as RPCError where !error.mayHaveRun {
                    // Sent on the old connection, before its end was seen.
                    continue
                }
            }
        }
        let second = try await RPCHarness(port: first.port)
        #expect(try await waiting.value == [2])
        await second.server.shutdown()
    }

    @Test("Nobody there: calls fail in time, surely unsent")
    func nobody() async throws {
        let client = try RPCClient(
            endpoint: Endpoint(host: "127.0.0.1", port: 1), peer: .payment,
            tls: TestCertificates.client(.orchestrator),
            group: MultiThreadedEventLoopGroup.singleton, logger: RPCHarness.logger,
            configuration: .init(queueTime: .seconds(2)))
        let error = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .patient)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == false)
        #expect(error?.message.contains("refused") == true)
        let late = await rpcError {
            _ = try await client.call(
                RPCHarness.echo, [], options: .init(timeout: .milliseconds(20)))
        }
        #expect(late == .deadlineExceeded(mayHaveRun: false))
        await client.close()
        let closed = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .patient)
        }
        #expect(closed?.code == .unavailable)
    }

    @Test("A server of another role is not called")
    func wrongRole() async throws {
        let harness = try await RPCHarness(role: .ledger)
        let client = try harness.client()
        let error = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .patient)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == false)
        #expect(error?.message.contains("ledger, not payment") == true)
        await harness.server.shutdown()
    }

    @Test("A client of a strange authority is refused before any call")
    func strangeClient() async throws {
        let harness = try await RPCHarness()
        let folder = try TemporaryFolder.make("strange")
        try CertificateAuthority(opening: TestCertificates.strangers())
            .issue(role: .orchestrator, in: folder)
        try TemporaryFolder.copy("\(TestCertificates.folder())/ca.crt", to: "\(folder)/ca.crt")
        let client = try RPCClient(
            endpoint: harness.endpoint, peer: .payment,
            tls: TLSContext(certificates: folder, role: .orchestrator, side: .client),
            group: MultiThreadedEventLoopGroup.singleton, logger: RPCHarness.logger)
        let error = await rpcError {
            _ = try await client.call(RPCHarness.echo, [], options: .patient)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == false)
        await harness.server.shutdown()
    }
}
