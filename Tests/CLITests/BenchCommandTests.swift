import DevSystem
import Foundation
import TestKit
import Testing

@Suite("florin bench", .serialized)
struct BenchCommandTests {
    @Test("Payments at once and by rate: the books hold", .timeLimit(.minutes(5)))
    func payments() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            for pace in [["--in-flight", "4"], ["--rate", "10"]] {
                let figures = try await Self.figures(
                    ["payments", "--duration", "1s", "--mix", "card=2,decline=1,refund=1"] + pace,
                    data)
                #expect((figures["payments"] as? Int).map { $0 > 0 } == true)
                #expect((figures["p99_ms"] as? Double).map { $0 > 0 } == true)
                let invariants = figures["invariants"] as? [[String: Any]]
                #expect(invariants?.count == 3)
                #expect(invariants?.allSatisfy { $0["holds"] as? Bool == true } == true)
            }
        }
    }

    @Test("Payments that did not end as they should fail the run", .timeLimit(.minutes(5)))
    func failures() async throws {
        try await withSystem { system in
            // There are no rates to exchange at.
            let outcome = try await FlorinProgram.run(
                "bench", "payments", "--duration", "1s", "--mix", "card=1,exchange=1",
                data: system.options.layout.data)
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("error: exchange"))
        }
    }

    @Test("Payments over HTTP: each is paid, and what is refused is told", .timeLimit(.minutes(5)))
    func http() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            for pace in [["--in-flight", "4"], ["--rate", "10"]] {
                let figures = try await Self.figures(["http", "--duration", "1s"] + pace, data)
                let paid = figures["payments"] as? Int ?? 0
                #expect(paid > 0)
                let listed = try await FlorinProgram.run(
                    "payment", "list", "--status", "succeeded", "--merchant", "acme_test",
                    data: data)
                #expect(listed.output.contains("10.00 USD"))
            }
            let refused = try await FlorinProgram.run(
                "bench", "http", "--duration", "1s", "--key", "sk_test_none", data: data)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("HTTP 401"))
        }
    }

    @Test("Transfers of one and of two phases are all created", .timeLimit(.minutes(5)))
    func ledger() async throws {
        try await withSystem { system in
            let figures = try await Self.figures(
                [
                    "ledger", "--batch", "8", "--accounts", "10", "--hot", "--in-flight", "2",
                    "--duration", "1s",
                ], system.options.layout.data)
            #expect((figures["transfers_per_s"] as? Double).map { $0 > 0 } == true)
            #expect((figures["problems"] as? [String: Any])?.isEmpty == true)
        }
    }

    private static func figures(
        _ arguments: [String], _ data: String
    ) async throws -> [String: Any] {
        let outcome = try await FlorinProgram.run(
            ["bench"] + arguments + ["--output", "json"], data: data)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(document as? [String: Any])
    }
}
