import RPC
import TLS
import TestKit
import Testing

@Suite("Our client calls Go's ttrpc server", .timeLimit(.minutes(3)))
struct GoServerTests {
    @Test("Messages of every size come back", arguments: [0, 1, 16_384, 1 << 20, 4 << 20 - 70_000])
    func sizes(size: Int) async throws {
        let server = try await GoServer()
        let client = try server.client()
        let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await client.call("Echo", data) == data)
        await client.close()
        try server.process.end()
    }

    @Test("A thousand calls at once on one connection each get their own answer")
    func manyInFlight() async throws {
        let server = try await GoServer()
        let client = try server.client()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let data = Array("call \(number)".utf8)
                    let answer = try await client.call("Echo", data)
                    #expect(answer == data)
                }
            }
            try await group.waitForAll()
        }
        await client.close()
        try server.process.end()
    }

    @Test("Our deadline, metadata and trace reach its handler")
    func context() async throws {
        let server = try await GoServer()
        let client = try server.client()
        let trace = TraceParent.root()
        let options = CallOptions(
            timeout: .seconds(1000), metadata: ["key": "välue"], traceParent: trace)
        let told = String(
            decoding: try await client.call("Inspect", options: options), as: UTF8.self)
        #expect(told.hasPrefix("99"), "\(told)")
        #expect(told.hasSuffix(" key=välue traceparent=\(trace)"), "\(told)")
        await client.close()
        try server.process.end()
    }

    @Test("Our deadline cancels its handler, and the connection goes on")
    func deadline() async throws {
        let server = try await GoServer()
        let client = try server.client()
        _ = try await client.call("Echo")
        let error = await client.error(of: "Wait", options: .init(timeout: .milliseconds(200)))
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.mayHaveRun == true)
        #expect(await server.process.line() == "waiting")
        #expect(await server.process.line() == "cancelled")
        #expect(try await client.call("Echo", [1]) == [1])
        await client.close()
        try server.process.end()
    }

    @Test("It knows no ping, and its refusal of one shows that it is there")
    func keepalive() async throws {
        let server = try await GoServer()
        let client = try server.client(keepaliveInterval: .seconds(1))
        _ = try await client.call("Echo")
        // Several intervals in which it says nothing else.
        let error = await client.error(of: "Wait", options: .init(timeout: .seconds(4)))
        #expect(error?.code == .deadlineExceeded)
        #expect(try await client.call("Echo", [1]) == [1])
        await client.close()
        try server.process.end()
    }

    @Test("We get its codes and messages")
    func errors() async throws {
        let server = try await GoServer()
        let client = try server.client()
        let refused = await client.error(of: "Refuse")
        #expect(
            refused == RPCError(code: .failedPrecondition, message: "später, s'il vous plaît"))
        let failed = await client.error(of: "Fail")
        #expect(failed == RPCError(code: .unknown, message: "no status at all"))
        let method = await client.error(of: "Unknown")
        #expect(method?.code == .unimplemented)
        let service = await client.error(ofService: "nobody")
        #expect(service?.code == .unimplemented)
        #expect(try await client.call("Echo", [1]) == [1])
        await client.close()
        try server.process.end()
    }

    @Test("Messages over 4 MiB fail either way, and the connection goes on")
    func tooLarge() async throws {
        let server = try await GoServer()
        let client = try server.client()
        let request = await client.error(of: "Echo", [UInt8](repeating: 0, count: 4 << 20))
        #expect(request?.reason == .messageTooLarge)
        #expect(request?.mayHaveRun == false)
        // It sends what it should not: the payload is passed over.
        let response = await client.error(of: "Swell", [0, 0x50, 0, 0])
        #expect(response?.reason == .messageTooLarge)
        #expect(response?.mayHaveRun == true)
        #expect(try await client.call("Echo", [1]) == [1])
        await client.close()
        try server.process.end()
    }

    @Test("Its death in mid-call leaves the outcome unknown")
    func killed() async throws {
        let server = try await GoServer()
        let client = try server.client()
        let call = Task { await client.error(of: "Wait") }
        #expect(await server.process.line() == "waiting")
        server.process.kill()
        let error = await call.value
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == true)
        await client.close()
    }

    @Test("Its shutdown answers what it accepted, and what comes after that surely has not run")
    func shutdown() async throws {
        let server = try await GoServer()
        let client = try server.client()
        let accepted = Task { try await client.call("Wait", [7]) }
        #expect(await server.process.line() == "waiting")
        server.process.terminate()
        // It refuses nothing on a connection with a call under way.
        _ = try await client.call("Open")
        #expect(try await accepted.value == [7])
        #expect(await server.process.line() == nil)
        // A call that overtakes the news of the connection's end may have run, for all one knows.
        let isSure = try await eventually {
            let error = await client.error(of: "Echo", options: .init(timeout: .seconds(2)))
            return error?.mayHaveRun == false
        }
        #expect(isSure)
        await client.close()
    }

    @Test("One of another role is not called")
    func wrongRole() async throws {
        let server = try await GoServer(role: .ledger)
        let client = try server.client()
        let error = await client.error(of: "Echo")
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveRun == false)
        #expect(error?.message.contains("ledger, not payment") == true)
        await client.close()
        try server.process.end()
    }
}

extension RPCClient {
    /// The error that calling `Echo` of a service ends in.
    fileprivate func error(ofService service: String) async -> RPCError? {
        let method = MethodDescriptor(
            service: service, name: "Echo", callers: [], isIdempotent: false)
        do {
            _ = try await self.call(method, [], options: .patient)
            return nil
        } catch {
            return error
        }
    }
}
