import DevSystem
import Foundation
import Identifiers
import Messages
import RPC
import Stubs
import TestKit
import Testing

/// The acquirer's own file, and the same with a fault in it, against a system that made real
/// payments.
@Suite("Reconciliation")
struct ReconciliationTests {
    @Test("The acquirer's file agrees, and each fault in it is named")
    func settlementFile() async throws {
        try await RunningSystem.with { system in
            let paid = try await self.makePayments(on: system)
            let file = try await SettlementText.export(from: system)
            let clean = try await file.reconcile(on: system)
            #expect(clean.status == 0, "\(clean.output) \(clean.errors)")
            // Three captures, three refunds.
            #expect(clean.output.contains("matched 6 with the ledger, 6 with the acquirer"))

            let subject = paid[1]
            let line = try file.line(of: subject)
            for (kind, changed) in [
                ("amount_differs", file.replacing(line, with: line.amount(1))),
                ("currency_differs", file.replacing(line, with: line.currency("GBP"))),
                ("missing_at_acquirer", file.removing(line)),
                ("doubled", file.adding(line)),
                (
                    "missing_in_payments",
                    file.adding(line.reference("pi_01k000000000000000000000zz/saga_1/capture"))
                ),
            ] {
                let outcome = try await changed.reconcile(on: system)
                #expect(outcome.status == 6, "\(kind): \(outcome.output) \(outcome.errors)")
                let findings = outcome.output.split(separator: "\n")
                    .filter { $0.contains(" acquirer ") && $0.hasPrefix(kind) }
                #expect(findings.count == 1, "\(kind): \(outcome.output)")
            }

            try await self.checkJSON(of: file.adding(line), on: system)
            let whole = try await self.verify(on: system)
            #expect(whole.status == 0, "\(whole.output) \(whole.errors)")
            #expect(whole.output.contains("ok  payments, ledger and acquirer agree on 6 movements"))

            try await self.checkForeignTransfers(file, on: system)
            let broken = try await self.verify(on: system)
            #expect(broken.status == 6, "\(broken.errors)")
            #expect(broken.output.contains("BROKEN  payments, ledger and acquirer agree"))
            #expect(broken.output.components(separatedBy: "BROKEN").count == 2, "only that")

            let cut = SettlementText(text: String(file.text.dropLast(5)))
            let refused = try await cut.reconcile(on: system)
            #expect(refused.status == 64)
            #expect(refused.errors.contains("closing line"))
        }
    }

    private func verify(on system: RunningSystem) async throws -> FlorinProgram.Outcome {
        try await FlorinProgram.run("verify", "--grace", "1ms", data: system.layout.data)
    }

    private func checkJSON(of file: SettlementText, on system: RunningSystem) async throws {
        let outcome = try await file.reconcile(on: system, "--output", "json")
        #expect(outcome.status == 6)
        let report = try JSONDecoder().decode(
            ReportDocument.self, from: Data(outcome.output.utf8))
        #expect(report.findings.map(\.kind) == ["doubled"])
        #expect(report.matched == ["acquirer": 6, "ledger": 6])
        // Each side's rows add up to what went in: seven lines, six of all else.
        let counts = Dictionary(grouping: report.totals) { "\($0.with) \($0.side)" }
            .mapValues { $0.reduce(0) { $0 + $1.count } }
        #expect(
            counts == [
                "acquirer acquirer": 7, "acquirer payments": 6, "ledger ledger": 6,
                "ledger payments": 6,
            ])
    }

    /// Nothing in the file or among the payments leads to these.
    private func checkForeignTransfers(
        _ file: SettlementText, on system: RunningSystem
    ) async throws {
        try await system.postForeignTransfer(.init("7.00 USD"), for: nil)
        try await system.postForeignTransfer(
            .init("8.00 USD"), for: SystemIdentifierSource().next(PaymentKind.self))
        let outcome = try await file.reconcile(on: system, "--output", "json")
        let report = try JSONDecoder().decode(
            ReportDocument.self, from: Data(outcome.output.utf8))
        #expect(report.findings.map(\.kind) == ["missing_in_payments", "missing_in_payments"])
        #expect(report.findings.map(\.with) == ["ledger", "ledger"])
        #expect(report.findings.map(\.found?.minor_units) == [700, 800])
    }

    /// Three payments, one settled in another currency, with refunds in parts.
    private func makePayments(on system: RunningSystem) async throws -> [String] {
        var ids: [String] = []
        for order in [
            Order(amount: "100.00 USD"), Order(amount: "5000 JPY"),
            Order(amount: "80.00 USD", settlement: "EUR"),
        ] {
            let payment = try await system.create(order)
            #expect(try await system.process(payment.id).status == .succeeded)
            ids.append(payment.id)
        }
        #expect(try await system.refund(ids[0], "10.00 USD").status == .succeeded)
        #expect(try await system.refund(ids[0], "10.00 USD").status == .succeeded)
        #expect(try await system.refund(ids[2]).status == .succeeded)
        return ids
    }
}

/// What `florin reconcile -o json` prints.
private struct ReportDocument: Decodable {
    struct Amount: Decodable {
        let minor_units: Int64
    }
    struct Finding: Decodable {
        let kind: String
        let with: String
        let found: Amount?
    }
    struct Total: Decodable {
        let with: String
        let side: String
        let count: Int
    }
    let findings: [Finding]
    let totals: [Total]
    let matched: [String: Int]
}

/// A settlement file as text, for a test to change.
private struct SettlementText {
    let text: String

    static func export(from system: RunningSystem) async throws -> SettlementText {
        let outcome = try await FlorinProgram.run(
            ["acquirer", "settlement"] + Self.period, data: system.layout.data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return SettlementText(text: outcome.output)
    }

    /// Wide enough for a test that runs over midnight.
    private static let period = ["--from", "2020-01-01", "--to", "2100-01-01"]

    func reconcile(
        on system: RunningSystem, _ options: String...
    ) async throws -> FlorinProgram.Outcome {
        let folder = try TemporaryFolder.make("settlement")
        let path = folder + "/file.csv"
        try Data(self.text.utf8).write(to: URL(filePath: path))
        return try await FlorinProgram.run(
            ["reconcile", "--settlement", path, "--grace", "1ms"] + Self.period + options,
            data: system.layout.data)
    }

    struct Line: Equatable {
        var cells: [Substring]
        var text: String { self.cells.joined(separator: ",") }

        func amount(_ more: Int64) -> Line { self.with(2, "\((Int64(self.cells[2]) ?? 0) + more)") }
        func currency(_ code: String) -> Line { self.with(3, code) }
        func reference(_ text: String) -> Line { self.with(0, text) }

        private func with(_ column: Int, _ text: String) -> Line {
            var line = self
            line.cells[column] = text[...]
            return line
        }
    }

    private var lines: [Line] {
        self.text.split(separator: "\n").dropFirst().dropLast()
            .map { Line(cells: $0.split(separator: ",")) }
    }

    func line(of subject: String) throws -> Line {
        try self.lines.first { $0.cells[0].hasPrefix(subject + "/") }.required()
    }

    func replacing(_ line: Line, with other: Line) -> SettlementText {
        Self.make(self.lines.map { $0 == line ? other : $0 })
    }
    func removing(_ line: Line) -> SettlementText { Self.make(self.lines.filter { $0 != line }) }
    func adding(_ line: Line) -> SettlementText { Self.make(self.lines + [line]) }

    /// With a closing line that fits: what is wrong is not the file.
    private static func make(_ lines: [Line]) -> SettlementText {
        var sums: [Substring: (Int64, Int64)] = [:]
        for line in lines {
            let amount = Int64(line.cells[2]) ?? 0
            if line.cells[1] == "capture" {
                sums[line.cells[3], default: (0, 0)].0 += amount
            } else {
                sums[line.cells[3], default: (0, 0)].1 += amount
            }
        }
        let groups = sums.sorted { $0.key < $1.key }.map {
            ",\($0.key),\($0.value.0),\($0.value.1)"
        }
        return SettlementText(
            text: (["reference,type,amount,currency,occurred_at"] + lines.map(\.text)
                + ["END,\(lines.count)" + groups.joined()]).map { $0 + "\n" }.joined())
    }
}
