import NIOPosix
import RPC
import RPCCore
import Synchronization
import TLS
import TestKit
import Testing

@Suite("A pool of servers", .timeLimit(.minutes(1)))
struct PoolTests {
    private static func pool(
        _ endpoints: [Endpoint], _ configuration: RPCClientPool.Configuration = .quick(),
        resolver: any AddressResolver = SystemResolver()
    ) throws -> RPCClientPool {
        try RPCClientPool(
            endpoints: endpoints, peer: .payment, tls: TestCertificates.client(.orchestrator),
            group: MultiThreadedEventLoopGroup.singleton, logger: RPCHarness.logger,
            configuration: configuration, resolver: resolver)
    }

    private static let nobody = Endpoint(host: "127.0.0.1", port: 1)
    private static let idempotent = MethodDescriptor(
        service: RPCHarness.service, name: "Wait", callers: RPCHarness.everyone,
        isIdempotent: true, retry: RetryPolicy(attempts: 3, firstBackoff: 1_000_000))

    @Test("Calls are spread over the servers")
    func spreads() async throws {
        let servers = [try await RPCHarness(), try await RPCHarness()]
        let pool = try Self.pool(servers.map(\.endpoint))
        let calls = (0..<10).map { _ in
            Task { try await pool.call(RPCHarness.wait, [1], options: .patient) }
        }
        for server in servers { await server.gate.arrivals(5) }
        for server in servers { server.gate.open() }
        for call in calls { #expect(try await call.value == [1]) }
        await pool.close()
        for server in servers { await server.server.shutdown() }
    }

    @Test("A server that is not there costs no call, idempotent or not")
    func oneIsAway() async throws {
        let server = try await RPCHarness()
        let pool = try Self.pool([Self.nobody, server.endpoint])
        for _ in 0..<20 {
            #expect(try await pool.call(RPCHarness.echo, [1], options: .patient) == [1])
        }
        await pool.close()
        await server.server.shutdown()
    }

    @Test("A server that drains is left without a failed call")
    func drains() async throws {
        let (leaving, staying) = (try await RPCHarness(), try await RPCHarness())
        let pool = try Self.pool([leaving.endpoint, staying.endpoint])
        let done = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    while done.value == 0 {
                        let answer = try await pool.call(RPCHarness.echo, [1], options: .patient)
                        #expect(answer == [1])
                    }
                }
            }
            await leaving.server.drain()
            done.increment()
            try await group.waitForAll()
        }
        await pool.close()
        await staying.server.shutdown()
    }

    @Test(
        "When a server is cut down, idempotent calls go on elsewhere, others say they may have run")
    func cutDown() async throws {
        let (dying, staying) = (try await RPCHarness(), try await RPCHarness())
        let pool = try Self.pool([dying.endpoint, staying.endpoint])
        let repeated = (0..<4).map { _ in
            Task { try await pool.call(Self.idempotent, [1], options: .patient) }
        }
        let once = (0..<4).map { _ in
            Task { try await pool.call(RPCHarness.wait, [1], options: .patient) }
        }
        await dying.gate.arrivals(4)
        await staying.gate.arrivals(4)
        staying.gate.open()
        await dying.server.shutdown()
        for call in repeated { #expect(try await call.value == [1]) }
        var lost = 0
        for call in once {
            if let error = await rpcError({ _ = try await call.value }) {
                #expect(error.code == .unavailable)
                #expect(error.mayHaveRun)
                lost += 1
            }
        }
        #expect(lost > 0)
        await pool.close()
        await staying.server.shutdown()
    }

    @Test("A server that comes back gets calls again")
    func comesBack() async throws {
        let first = try await RPCHarness()
        let other = try await RPCHarness()
        let pool = try Self.pool([first.endpoint, other.endpoint])
        await first.server.shutdown()
        for _ in 0..<10 {
            _ = try await pool.call(RPCHarness.echo, [1], options: .patient)
        }
        let back = try await RPCHarness(port: first.port)
        let hasCome = try await eventually {
            _ = try await pool.call(RPCHarness.echo, [1], options: .patient)
            return back.server.connectionCount > 0
        }
        #expect(hasCome)
        await pool.close()
        await back.server.shutdown()
        await other.server.shutdown()
    }

    @Test("All attempts together keep to the call's deadline")
    func deadline() async throws {
        let pool = try Self.pool([Self.nobody, Endpoint(host: "127.0.0.1", port: 2)])
        let before = ContinuousClock.now
        let error = await rpcError {
            _ = try await pool.call(
                Self.idempotent, [1], options: .init(timeout: .milliseconds(300)))
        }
        #expect(error?.mayHaveRun == false)
        #expect(ContinuousClock.now - before < .seconds(20))
        await pool.close()
    }

    @Test("Behind a call that was made again, nothing is made again")
    func noRetryOfRetries() throws {
        func options(_ metadata: Metadata) -> CallOptions {
            CallContext(
                peer: .gateway, method: RPCHarness.echo, deadline: nil, metadata: metadata,
                traceParent: .root(), logger: RPCHarness.logger
            ).options()
        }
        #expect(options([:]).mayRetry)
        #expect(!options(["florin-attempt": "2"]).mayRetry)
    }

    @Test("A name is asked for again: new addresses get calls, gone ones none")
    func resolution() async throws {
        let (old, new) = (try await RPCHarness(), try await RPCHarness())
        let names = Names([old.endpoint])
        let pool = try Self.pool([Endpoint(host: "payment.test", port: 1)], resolver: names)
        let reachesOld = try await eventually {
            (try? await pool.call(RPCHarness.echo, [1], options: .patient)) == [1]
        }
        #expect(reachesOld)
        names.set([new.endpoint])
        let reachesNew = try await eventually {
            _ = try await pool.call(RPCHarness.echo, [1], options: .patient)
            return new.server.connectionCount == 1 && old.server.connectionCount == 0
        }
        #expect(reachesNew)
        await pool.close()
        await old.server.shutdown()
        await new.server.shutdown()
    }

    @Test("The system finds every address of a name")
    func systemResolver() async throws {
        let found = try await SystemResolver().addresses(of: Endpoint(host: "localhost", port: 80))
        #expect(found.contains(Endpoint(host: "127.0.0.1", port: 80)))
        await #expect(throws: (any Error).self) {
            try await SystemResolver().addresses(of: Endpoint(host: "no.such.invalid", port: 80))
        }
    }

    @Test(
        "Lists of endpoints are read as people write them",
        arguments: [
            ("a:1", 1), ("a:1,b:2", 2), ("a:1, [::1]:2", 2), ("a:1,", nil), ("", nil), ("a", nil),
        ] as [(String, Int?)])
    func lists(text: String, count: Int?) {
        #expect(Endpoint.list(parsing: text)?.count == count)
    }

    /// A name service that a test tells what to say.
    final class Names: AddressResolver {
        private let addresses: Mutex<[Endpoint]>

        init(_ addresses: [Endpoint]) { self.addresses = Mutex(addresses) }

        func set(_ addresses: [Endpoint]) { self.addresses.withLock { $0 = addresses } }

        func addresses(of endpoint: Endpoint) async throws -> [Endpoint] {
            self.addresses.withLock { $0 }
        }
    }
}

extension RPCClientPool.Configuration {
    /// Looks after its servers at every turn.
    static func quick() -> Self {
        .init(
            connection: .patient(), resolution: .milliseconds(20),
            shortestResolution: .milliseconds(20), probing: .milliseconds(20))
    }
}
