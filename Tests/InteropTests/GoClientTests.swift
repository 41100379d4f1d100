import RPC
import TLS
import TestKit
import Testing

@Suite("Go's ttrpc client calls our server", .timeLimit(.minutes(3)))
struct GoClientTests {
    @Test("Messages of every size come back", arguments: [0, 1, 16_384, 1 << 20, 4 << 20 - 70_000])
    func sizes(size: Int) async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let reply = try await client.call(.init(method: "Echo", size: size))
        #expect(reply.code == 0, "\(reply.message)")
        #expect(reply.size == size)
        #expect(reply.echoed == 1)
        await harness.server.shutdown()
    }

    @Test("A thousand calls at once on one connection each get their own answer")
    func manyInFlight() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let reply = try await client.call(.init(method: "Echo", calls: 1000))
        #expect(reply.code == 0, "\(reply.message)")
        #expect(reply.echoed == 1000)
        await harness.server.shutdown()
    }

    @Test("Its role, deadline, metadata and trace reach the handler")
    func context() async throws {
        let harness = try await InteropServer()
        let client = try harness.client(role: "refund")
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let reply = try await client.call(
            .init(
                method: "Inspect", timeout_ms: 1_000_000,
                metadata: ["key": "välue", "traceparent": trace]))
        #expect(reply.text.hasPrefix("refund 99"), "\(reply.text)")
        #expect(reply.text.hasSuffix(" välue \(trace)"), "\(reply.text)")
        let without = try await client.call("Inspect")
        #expect(without.text.hasPrefix("refund -1  00-"), "\(without.text)")
        await harness.server.shutdown()
    }

    @Test("Its deadline cancels our handler, and the connection goes on")
    func deadline() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let reply = try await client.call(.init(method: "Wait", timeout_ms: 200))
        // Whichever of the two clocks was first.
        #expect(reply.code == -1 || reply.code == RPCError.Code.deadlineExceeded.rawValue)
        #expect(reply.message.contains("deadline"), "\(reply.message)")
        #expect(try await eventually { harness.door.cancelled == 1 })
        #expect(try await client.call("Echo", text: "on").text == "on")
        await harness.server.shutdown()
    }

    @Test("It gets our codes and messages, and no word of what was not meant for it")
    func errors() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let refused = try await client.call("Refuse")
        #expect(refused.code == RPCError.Code.failedPrecondition.rawValue)
        #expect(refused.message == "später, s'il vous plaît")
        let failed = try await client.call("Fail")
        #expect(failed.code == RPCError.Code.internal.rawValue)
        #expect(failed.message == "internal error")
        let denied = try await client.call("OperatorsOnly")
        #expect(denied.code == RPCError.Code.permissionDenied.rawValue)
        #expect(try await client.call("Echo", text: "on").text == "on")
        await harness.server.shutdown()
    }

    @Test("A method or a service that is not there is unimplemented")
    func unknown() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let method = try await client.call("Unknown")
        #expect(method.code == RPCError.Code.unimplemented.rawValue)
        let service = try await client.call(.init(service: "nobody", method: "Echo"))
        #expect(service.code == RPCError.Code.unimplemented.rawValue)
        await harness.server.shutdown()
    }

    @Test("Messages over 4 MiB are refused either way, and the connection goes on")
    func tooLarge() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let request = try await client.call(.init(method: "Echo", size: 4 << 20))
        #expect(request.code == RPCError.Code.resourceExhausted.rawValue)
        #expect(request.message == "a request is limited to 4194304 bytes")
        let response = try await client.call("Swell", text: "\(4 << 20)")
        #expect(response.code == RPCError.Code.resourceExhausted.rawValue)
        #expect(try await client.call("Echo", text: "on").text == "on")
        await harness.server.shutdown()
    }

    @Test("Our drain lets its accepted call finish, refuses a new one, then closes")
    func drain() async throws {
        let harness = try await InteropServer()
        let client = try harness.client()
        let accepted = Task { try await client.call("Wait", text: "accepted") }
        #expect(try await eventually { harness.door.arrived == 1 })
        let drained = Task { await harness.server.drain(within: .seconds(60)) }
        var refusal = try await client.call("Echo")
        while refusal.code == 0 { refusal = try await client.call("Echo") }
        #expect(refusal.code == RPCError.Code.unavailable.rawValue)
        #expect(refusal.message.contains("shutting down"))
        harness.door.open()
        #expect(try await accepted.value.text == "accepted")
        await drained.value
        let late = try await client.call("Echo")
        #expect(late.code == -1)
        #expect(late.message == "ttrpc: closed")
    }

    @Test("One of a strange authority is cut before any call")
    func stranger() async throws {
        let harness = try await InteropServer()
        let folder = try TemporaryFolder.make("strange")
        try CertificateAuthority(opening: TestCertificates.strangers())
            .issue(role: .orchestrator, in: folder)
        try TemporaryFolder.copy("\(TestCertificates.folder())/ca.crt", to: "\(folder)/ca.crt")
        let client = try GoClient(port: harness.port, certificates: folder)
        let reply = try await client.call("Echo", text: "let me in")
        #expect(reply.code == -1)
        #expect(reply.message.contains("tls: ") || reply.message == "ttrpc: closed")
        await harness.server.shutdown()
    }
}
