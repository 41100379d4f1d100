import DevSystem
import Foundation
import TestKit
import Testing

@Suite("florin ledger on a running system", .serialized)
struct LedgerCommandTests {
    @Test("Proves, states and exports the books of a payment", .timeLimit(.minutes(5)))
    func books() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            let created = try await FlorinProgram.run(
                "payment", "create", "100.00", "USD", "--merchant", "acme", "-o", "json",
                data: data)
            let document = try JSONSerialization.jsonObject(with: Data(created.output.utf8))
            let id = try #require((document as? [String: Any])?["id"] as? String)
            let paid = try await FlorinProgram.run("payment", "process", id, data: data)
            #expect(paid.status == 0, "\(paid.errors)")

            let proof = try await FlorinProgram.run("ledger", "verify", data: data)
            #expect(proof.status == 0, "\(proof.errors)")
            #expect(proof.output.contains("whole"))

            let statement = try await FlorinProgram.run(
                "ledger", "statement", "merchant:acme", "--currency", "USD", data: data)
            #expect(statement.status == 0, "\(statement.errors)")
            #expect(statement.output.contains("opening balance  0.00 USD"))
            #expect(statement.output.contains("100.00 USD"))
            let later = try await FlorinProgram.run(
                "ledger", "statement", "merchant:acme", "--currency", "USD", "--from",
                "2100-01-01", data: data)
            #expect(later.output.contains("nothing in this period"))
            let before = try await FlorinProgram.run(
                "ledger", "trial-balance", "--at", "2026-01-01", data: data)
            #expect(before.status == 0 && !before.output.contains("USD"))

            for (format, words) in [
                ("csv", ["at,at_us,kind", "merchant:acme", "operation"]),
                ("hledger", ["Liabilities:Merchant:Acme", "100.00 USD"]),
                ("beancount", ["open Liabilities:Merchant:Acme", "100.00 USD"]),
            ] {
                let export = try await FlorinProgram.run(
                    "ledger", "export", "--format", format, data: data)
                #expect(export.status == 0, "\(export.errors)")
                for word in words { #expect(export.output.contains(word), "\(format): \(word)") }
            }
            let wrong = try await FlorinProgram.run(
                "ledger", "export", "--from", "yesterday", data: data)
            #expect(wrong.status == 64)
        }
    }
}
