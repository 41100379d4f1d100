internal import DevSystem
internal import Foundation
internal import Messages
internal import NIOPosix
internal import PrometheusMetrics
internal import RPC
internal import ServiceKit
internal import Stubs
internal import TLS
internal import TestKit
internal import Testing

@Suite("A running system's metrics")
struct ServiceMetricsTests {
    @Test("Count each call, are all known by name, and tell of health", .timeLimit(.minutes(5)))
    func system() async throws {
        try await withSystem { system in
            let state = await system.state
            let service = try #require(state.services["fx"])
            let metrics = try #require(service.metrics?.split(separator: ":").last)
            let port = try #require(Int(metrics))
            let probe = HealthProbe(certificates: state.certificates)
            #expect(await probe.check(.fx, at: service.address) == .serving)
            let page = try await HTTPProbe.get("/metrics", port)
            #expect(page.status == 200)
            let calls = page.body.split(separator: "\n").first {
                $0.hasPrefix("florin_rpc_server_calls_total{code=\"OK\",method=\"Check\"")
            }
            let count = try #require(calls?.split(separator: " ").last.flatMap { Int($0) })
            #expect(count >= 1)
            #expect(try await HTTPProbe.get("/health", port).status == 200)

            let orchestrator = try #require(
                state.services["orchestrator"]?.metrics?.split(separator: ":").last)
            let other = try await HTTPProbe.get("/metrics", try #require(Int(orchestrator)))
            for line in (page.body + other.body).split(separator: "\n")
            where line.hasPrefix("# TYPE florin_") {
                let name = String(line.split(separator: " ")[2])
                let isKnown =
                    MetricMeanings.all[name] != nil || name == PrometheusMetrics.droppedName
                #expect(isKnown, "\(name) has no meaning in MetricMeanings")
            }
        }
    }

    @Test("Have a page that tells of each and of no other")
    func page() throws {
        let path = URL(filePath: RepositoryFolder.services).deletingLastPathComponent()
            .appending(path: "docs/observability.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        let named = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "`").dropFirst().first.map(String.init)
        }.filter { $0.hasPrefix("florin_") || $0.hasPrefix("process_") }
        let own = PrometheusMetrics().render()
        let types = String(decoding: own, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) }
        #expect(named.sorted() == (Array(MetricMeanings.all.keys) + types).sorted())
        for (name, meaning) in MetricMeanings.all {
            #expect(text.contains("| `\(name)` |"), "\(name)")
            #expect(text.contains(meaning.dropLast()), "\(name): \(meaning)")
        }
    }
}
