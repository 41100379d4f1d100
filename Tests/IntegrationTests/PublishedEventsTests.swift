import DevSystem
import Foundation
import FoundationNetworking
import Logging
import NIOCore
import NIOPosix
import Postgres
import Synchronization
import TLS
import TestKit
import Testing

/// Events go from payments to a real NATS server by the gateway's own process, and processes are
/// killed meanwhile.
@Suite("Published events", .serialized, .timeLimit(.minutes(5)))
struct PublishedEventsTests {
    @Test("Each is in the stream once and in order, whoever is killed while they are published")
    func survives() async throws {
        try await NATSServer.with { server in
            try await RunningSystem.with(Self.change(server)) { system in
                async let payments: Void = self.pay(system, times: 400)
                for round in 0..<6 {
                    let least = 40 * (round + 1)
                    _ = try await TestKit.eventually(within: .seconds(30)) {
                        try await NATSReader(server).messages(in: "FLORIN_EVENTS").count >= least
                    }
                    if round.isMultiple(of: 2) {
                        await system.kill(.gateway)
                    } else {
                        server.kill()
                        try await server.start()
                    }
                }
                try await payments
                try await self.checkStream(server, system, payments: 400)
            }
        }
    }

    @Test(
        "A server that is away delays neither the feed nor webhooks, and gets all when it is back")
    func delaysNothing() async throws {
        try await NATSServer.with { server in
            try await RunningSystem.with(Self.change(server)) { system in
                server.kill()
                let receiver = try await Receiver.start()
                try await self.addEndpoint(system, port: receiver.port)
                try await self.pay(system, times: 20)
                let delivered = try await TestKit.eventually(within: .seconds(10)) {
                    let events = try await self.count(system, "event")
                    return events >= 20 && receiver.count >= 20
                }
                #expect(delivered, "\(receiver.count) webhooks were delivered")
                try await receiver.stop()
                try await server.start()
                try await self.checkStream(server, system, payments: 20)
            }
        }
    }

    private static func change(_ server: NATSServer) -> RunningSystem.Change {
        RunningSystem.Change(settings: [
            .init(service: "gateway", key: "nats-url", value: server.url)
        ])
    }

    private func pay(_ system: RunningSystem, times: Int) async throws {
        for _ in 0..<times {
            _ = try await system.create(Order(amount: "10.00 USD", merchant: "acme_test"))
        }
    }

    private func count(_ system: RunningSystem, _ table: String) async throws -> Int64 {
        try await self.query(system, "SELECT count(*) FROM \(table)").first?.int64(0) ?? 0
    }

    private func query(_ system: RunningSystem, _ sql: String) async throws -> [PostgresRow] {
        let dsn = try await system.state.services["gateway"].required().database
        let pool = try PostgresPool(
            configuration: PostgresConfiguration(dsn: dsn, connections: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let rows = try await pool.query(sql)
        await pool.close()
        return rows
    }

    private func checkStream(
        _ server: NATSServer, _ system: RunningSystem, payments: Int
    ) async throws {
        let isWhole = try await TestKit.eventually(within: .seconds(60)) {
            let rows = try await self.query(
                system,
                """
                SELECT coalesce(sum(c.last), 0)::bigint, coalesce(sum(p.published), 0)::bigint
                FROM event_counter AS c LEFT JOIN event_publication AS p
                    ON p.account_id = c.account_id AND p.livemode = c.livemode
                """)
            let (last, published) = (try rows[0].int64(0), try rows[0].int64(1))
            return last >= payments && last == published
        }
        #expect(isWhole)
        let stored = try await NATSReader(server).messages(in: "FLORIN_EVENTS")
        let numbers = stored.compactMap { message in
            try? JSONDecoder().decode(Numbered.self, from: Data(message.body.utf8)).sequence
        }
        let events = try await self.count(system, "event")
        #expect(numbers == Array(1...events))
        #expect(stored.allSatisfy { $0.subject.hasSuffix(".test.payment_intent.created") })
    }

    private struct Numbered: Decodable {
        let sequence: Int64
    }

    private func addEndpoint(_ system: RunningSystem, port: Int) async throws {
        let gateway = try await system.state.gateway.required()
        var request = URLRequest(
            url: try URL(string: "\(gateway.address)/v1/webhook_endpoints").required())
        request.httpMethod = "POST"
        request.setValue("Bearer \(gateway.secretKey)", forHTTPHeaderField: "Authorization")
        request.httpBody = Data(
            "url=http://127.0.0.1:\(port)/&enabled_events[]=*".utf8)
        let (_, response) = try await URLSession.shared.data(for: request)
        #expect((response as? HTTPURLResponse)?.statusCode == 200)
    }
}

/// Takes every webhook that comes, and counts them.
private final class Receiver: Sendable {
    private final class Handler: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let taken: @Sendable () -> Void

        init(_ taken: @escaping @Sendable () -> Void) { self.taken = taken }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: self.unwrapInboundIn(data))
            guard text.hasPrefix("POST ") else { return }
            self.taken()
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }

    private let taken = Mutex(0)
    private let channel = Mutex<(any Channel)?>(nil)

    var count: Int { self.taken.withLock { $0 } }
    var port: Int { self.channel.withLock { $0?.localAddress?.port } ?? 0 }

    static func start() async throws -> Receiver {
        let receiver = Receiver()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { receiver.taken.withLock { $0 += 1 } })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        receiver.channel.withLock { $0 = channel }
        return receiver
    }

    func stop() async throws { try await self.channel.withLock { $0 }?.close() }
}
