internal import Foundation
internal import Logging
internal import NIOPosix
internal import Synchronization
internal import TestKit
internal import Testing

@testable import ServiceKit

@Suite("The metrics listener")
struct MetricsListenerLimitsTests {
    @Test("Serves metrics and health, and nothing else")
    func pages() async throws {
        let isServing = Atomic(true)
        let source = MetricsListener.Source(
            metrics: { Array("up 1\n".utf8) },
            isServing: { isServing.load(ordering: .relaxed) })
        try await Self.with(source) { port in
            let metrics = try await HTTPProbe.get("/metrics", port)
            #expect(metrics.status == 200)
            #expect(metrics.body == "up 1\n")
            #expect(metrics.head.contains("text/plain; version=0.0.4"))
            #expect(metrics.head.lowercased().contains("connection: close"))
            #expect(try await HTTPProbe.get("/metrics?x=1", port).status == 200)
            #expect(try await HTTPProbe.get("/health", port).status == 200)
            isServing.store(false, ordering: .relaxed)
            let health = try await HTTPProbe.get("/health", port)
            #expect(health.status == 503)
            #expect(health.body == "not serving\n")
            #expect(try await HTTPProbe.get("/", port).status == 404)
            #expect(try await HTTPProbe.get("/metrics/x", port).status == 404)
        }
    }

    @Test("Refuses other methods and what is no HTTP", arguments: ["/metrics", "/health"])
    func methods(path: String) async throws {
        try await Self.with(Self.empty) { port in
            let posted = try await HTTPProbe.send(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", port)
            #expect(posted.status == 405)
            #expect(posted.head.contains("Allow: GET"))
            let nonsense = try await HTTPProbe.send("\u{16}\u{3}nonsense\r\n\r\n", port)
            #expect(nonsense.status == 400)
        }
    }

    @Test("Answers one request a connection, whatever comes behind it")
    func pipelining() async throws {
        try await Self.with(Self.empty) { port in
            let request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await HTTPProbe.send(request + request, port)
            #expect(answer.text.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    @Test("Closes a connection whose request is too long")
    func longHead() async throws {
        try await Self.with(Self.empty) { port in
            let head = "GET /metrics HTTP/1.1\r\nHost: \(String(repeating: "x", count: 9_000))"
            let answer = try await HTTPProbe.send(head, port)
            #expect(answer.text.isEmpty)
        }
    }

    @Test("Closes a connection whose request does not come to its end")
    func slow() async throws {
        let limits = MetricsListener.Limits(readTime: .milliseconds(50))
        try await Self.with(Self.empty, limits) { port in
            for request in ["GET /metrics HTTP/1.1\r\n", ""] {
                let answer = try await HTTPProbe.send(request, port)
                #expect(answer.text.isEmpty)
            }
        }
    }

    @Test("Takes no more connections than its limit")
    func connections() async throws {
        let limits = MetricsListener.Limits(connections: 2, readTime: .seconds(600))
        try await Self.with(Self.empty, limits) { port in
            var idle: [Int32] = []
            let isRefused = try await eventually {
                // Several threads take connections: one that was taken behind the question before
                // may have been the one too many. Then it was closed, and two new ones are needed.
                for socket in idle { close(socket) }
                idle = [try HTTPProbe.connect(port), try HTTPProbe.connect(port)]
                return try await HTTPProbe.get("/health", port).text.isEmpty
            }
            #expect(isRefused)
            for socket in idle { close(socket) }
            // The server learns of the closed ones by itself.
            #expect(
                try await eventually {
                    try await HTTPProbe.get("/health", port).status == 200
                })
        }
    }

    private static let empty = MetricsListener.Source(metrics: { [] }, isServing: { true })

    private static func with(
        _ source: MetricsListener.Source, _ limits: MetricsListener.Limits = .init(),
        _ body: (Int) async throws -> Void
    ) async throws {
        let listener = MetricsListener(
            try #require(HostAndPort("127.0.0.1:0")), source: source, limits: limits,
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let port = try await listener.start()
        do {
            try await body(port)
        } catch {
            await listener.close()
            throw error
        }
        await listener.close()
    }
}
