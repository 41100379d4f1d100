import Foundation
import PrometheusMetrics
import RPC
import ServiceKit
import TLS
import TestKit
import Testing

/// Answers nothing of its own.
private enum QuietService: ServiceDefinition {
    static let role = Role.fx
    static let peers: [Role] = []

    static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        ServiceParts(methods: [])
    }
}

@Suite("Metrics over HTTP", .timeLimit(.minutes(5)))
struct MetricsListenerTests {
    /// Sends bytes and returns all that comes back until the end.
    private static func ask(_ port: Int, _ request: String) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw POSIXError(.ECONNREFUSED) }
        let bytes = Array(request.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count <= 0 { return String(decoding: answer, as: UTF8.self) }
            answer += piece.prefix(count)
        }
    }

    @Test("A service tells its metrics and its health, and nothing else")
    func answers() async throws {
        let metrics = PrometheusMetrics()
        try await withService(QuietService.self, exposition: metrics) { service in
            let port = try #require(service.metricsPort)
            let found = try Self.ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(found.hasPrefix("HTTP/1.1 200 OK"))
            #expect(found.contains("# TYPE florin_metrics_dropped_series_total counter"))
            #expect(found.contains("process_open_fds "))
            let health = try Self.ask(port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(health.hasPrefix("HTTP/1.1 200 OK"))
            for (request, status) in [
                ("POST /metrics", "405"), ("GET /", "404"), ("GET /metrics/..", "404"),
            ] {
                let answer = try Self.ask(port, "\(request) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(request)")
            }
            #expect(try !Self.ask(port, "rubbish\r\n\r\n").contains("200"))
            let again = try Self.ask(port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(again.hasSuffix("serving\n"))
        }
    }
}
