import Foundation
import Testing

@Suite("The page on observability")
struct ObservabilityPageTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("Has every metric that the code names")
    func names() throws {
        let page = try String(
            contentsOf: Self.root.appending(path: "docs/observability.md"), encoding: .utf8)
        var found = 0
        for file in [
            "Sources/RPC/Observability/CallMetrics.swift",
            "Sources/ServiceKit/CertificateGauges.swift",
            "Sources/PrometheusMetrics/TextFormat.swift",
            "Sources/PrometheusMetrics/ProcessMetrics.swift",
        ] {
            let code = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
            let names = code.matches(of: /"((?:florin|process)_[a-z_]*[a-z])"/).map(\.1)
            let parts = code.matches(of: /label: name \+ "([a-z_]+)"/).map(\.1)
            let calls = ["server", "client"].flatMap { side in
                parts.map { "florin_rpc_\(side)_\($0)" }
            }
            for name in names.map(String.init) + calls {
                #expect(page.contains("`\(name)`"), "\(name) of \(file)")
                found += 1
            }
        }
        #expect(found > 15)
    }
}
