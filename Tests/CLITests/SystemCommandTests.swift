internal import DevSystem
internal import Foundation
internal import TestKit
internal import Testing

@Suite("Commands on a running system", .serialized)
struct SystemCommandTests {
    @Test("Pay, look up, repeat, refund, and tell what is not there", .timeLimit(.minutes(5)))
    func payments() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            let create = ["payment", "create", "100.00", "USD", "--merchant", "acme"]
            let created = try await Self.json(create + ["--idempotency-key", "k1"], data)
            let again = try await Self.json(create + ["--idempotency-key", "k1"], data)
            let id = try #require(created["id"] as? String)
            #expect(again["id"] as? String == id)
            #expect(created["status"] as? String == "requires_confirmation")
            let amount = created["amount"] as? [String: Any]
            #expect(amount?["minor_units"] as? Int == 10_000)

            var other = create + ["--idempotency-key", "k1"]
            other[2] = "99.00"
            #expect(try await FlorinProgram.run(other, data: data).status == 4)

            let processed = try await Self.json(["payment", "process", id], data)
            let payment = processed["payment"] as? [String: Any]
            #expect(payment?["status"] as? String == "succeeded")
            let refund = try await FlorinProgram.run(
                "refund", "create", id, "200.00", "USD", data: data)
            #expect(refund.status == 64)
            #expect(refund.errors.contains("amount"))

            let missing = "pi_" + String(repeating: "0", count: 26)
            #expect(try await FlorinProgram.run("payment", "get", missing, data: data).status == 3)
            #expect(
                try await FlorinProgram.run("payment", "get", "nonsense", data: data).status == 64)
            let books = try await FlorinProgram.run("ledger", "trial-balance", data: data)
            #expect(books.status == 0)
            #expect(books.output.contains("0.00 USD"))
        }
    }

    @Test("A client may not do what only operators may", .timeLimit(.minutes(5)))
    func roles() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            let refused = try await FlorinProgram.run(
                "saga", "list", "--role", "client", data: data)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("permission_denied"))
            let allowed = try await FlorinProgram.run("saga", "list", data: data)
            #expect(allowed.status == 0)
            let verified = try await FlorinProgram.run("migrate", "--verify", data: data)
            #expect(verified.status == 0, "\(verified.errors)")
        }
    }

    @Test("The walk-through comes out as it should", .timeLimit(.minutes(5)))
    func walkthrough() async throws {
        let data = try TemporaryFolder.make("walkthrough")
        let outcome = try await FlorinProgram.run(
            "walkthrough", "--base-port", "\(TestPorts.nextBase())", data: data)
        #expect(outcome.status == 0, "\(outcome.output.suffix(2_000))\n\(outcome.errors)")
        #expect(outcome.output.contains("All 8 chapters came out as they should."))
        #expect(!FileManager.default.fileExists(atPath: data + "/dev.json"))
    }

    private static func json(_ arguments: [String], _ data: String) async throws -> [String: Any] {
        let outcome = try await FlorinProgram.run(arguments + ["-o", "json"], data: data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(document as? [String: Any])
    }
}
