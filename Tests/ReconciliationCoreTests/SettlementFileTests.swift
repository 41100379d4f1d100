import Identifiers
import Money
import ReconciliationCore
import Testing

@Suite("The settlement file")
struct SettlementFileTests {
    private static let text = """
        reference,type,amount,currency,occurred_at
        pi_1/saga_1/capture,capture,10000,USD,2026-11-20T15:04:05.000250Z
        pi_1/saga_2/submit,refund,2500,USD,2026-11-20T16:04:05+01:00
        pi_2/saga_3/capture,capture,5000,EUR,2026-11-21T00:00:00Z
        END,3,EUR,5000,0,USD,10000,2500

        """

    @Test("Is read as it was written")
    func reads() throws {
        let file = try SettlementFile(parsing: Self.text)
        #expect(file.lines.map(\.subject) == ["pi_1", "pi_1/saga_2", "pi_2"])
        #expect(file.lines.map(\.kind) == [.capture, .refund, .capture])
        #expect(
            file.lines.map(\.amount) == [Money(10000, .usd), Money(2500, .usd), Money(5000, .eur)])
        #expect(file.lines.map(\.lineNumber) == [2, 3, 4])
        #expect("\(file.lines[1].at)" == "2026-11-20T15:04:05.000000Z")
        #expect(file.totals.byCurrency[.usd] == .init(captured: 10000, refunded: 2500))
    }

    @Test("Any file is read back, duplicates kept", arguments: 1...50 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let world = World(payments: 30, using: &random)
        let written = SettlementFile(world.lines + world.lines.prefix(2)).text
        let read = try SettlementFile(parsing: written)
        #expect(read.text == written, "seed \(seed)")
        #expect(read.lines.count == world.lines.count + 2, "seed \(seed)")
    }

    @Test("Every cut is noticed", arguments: 1...10 as ClosedRange<UInt64>)
    func cuts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = Array(SettlementFile(World(payments: 4, using: &random).lines).text.utf8)
        for end in bytes.indices {
            #expect(throws: SettlementFileError.self, "seed \(seed), cut at \(end)") {
                try SettlementFile(parsing: bytes[..<end])
            }
        }
    }

    /// What is read may be something else than what was written, if it holds by itself; it is then
    /// exactly what stands in the file.
    @Test(
        "A file with bytes changed is refused, or read as it stands",
        arguments: 1...200 as ClosedRange<UInt64>)
    func changedBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = Array(SettlementFile(World(payments: 3, using: &random).lines).text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = bytes.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = .random(in: 0...255, using: &random)
            case 1: bytes.insert(.random(in: 0...255, using: &random), at: index)
            default: bytes.remove(at: index)
            }
        }
        guard let read = try? SettlementFile(parsing: bytes) else { return }
        let again = try? SettlementFile(parsing: read.text)
        #expect(again?.lines == read.lines, "seed \(seed)")
        #expect(again?.totals == read.totals, "seed \(seed)")
    }

    @Test("An empty file has its header and its closing line")
    func empty() throws {
        let text = "reference,type,amount,currency,occurred_at\nEND,0\n"
        #expect(SettlementFile([]).text == text)
        #expect(try SettlementFile(parsing: text).lines.isEmpty)
    }

    @Test(
        "What is wrong is named with its line and column",
        arguments: [
            ("type,", "kind,", SettlementFileError.Kind.wrongHeader, 1, nil as String?),
            ("pi_1/saga_1/capture", "", .wrongReference, 2, "reference"),
            ("pi_1/saga_1/capture", "a b", .wrongReference, 2, "reference"),
            ("pi_1/saga_1/capture", "\"a\"", .wrongReference, 2, "reference"),
            (",capture,10000", ",Capture,10000", .wrongType, 2, "type"),
            (",10000,USD,2026", ",-1,USD,2026", .wrongAmount, 2, "amount"),
            (",10000,USD,2026", ",+1,USD,2026", .wrongAmount, 2, "amount"),
            (",10000,USD,2026", ",0,USD,2026", .wrongAmount, 2, "amount"),
            (",10000,USD,2026", ",010,USD,2026", .wrongAmount, 2, "amount"),
            (",10000,USD,2026", ",1.5,USD,2026", .wrongAmount, 2, "amount"),
            (",10000,USD,2026", ",9223372036854775808,USD,2026", .wrongAmount, 2, "amount"),
            (",5000,EUR,2026", ",5000,eur,2026", .wrongCurrency, 4, "currency"),
            (",5000,EUR,2026", ",5000,XXX,2026", .wrongCurrency, 4, "currency"),
            ("2026-11-21T00:00:00Z", "2026-11-21", .wrongTime, 4, "occurred_at"),
            ("2026-11-21T00:00:00Z", "2026-02-30T00:00:00Z", .wrongTime, 4, "occurred_at"),
            ("2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z,", .wrongColumnCount, 4, nil),
            ("pi_2/saga_3/capture,", "", .wrongColumnCount, 4, nil),
            ("END,3", "END,2", .countDiffers, 5, "count"),
            ("END,3,EUR,5000", "END,3,EUR,5001", .totalsDiffer, 5, "totals"),
            ("END,3,EUR,5000,0,", "END,3,", .totalsDiffer, 5, "totals"),
            ("END,3", "END,many", .wrongClosing, 5, nil),
            (",10000,2500\n", ",10000,2500\n\n", .afterClosing, 6, nil),
            (",10000,2500\n", ",10000,2500\nx", .afterClosing, 6, nil),
            ("EUR,2026-11-21T00:00:00Z\n", "EUR,2026-11-21T00:00:00Z\r\n", .carriageReturn, 4, nil),
        ])
    func wrong(
        part: String, other: String, kind: SettlementFileError.Kind, line: Int, column: String?
    ) throws {
        let range = try #require(Self.text.firstRange(of: part))
        let text = Self.text.replacingCharacters(in: range, with: other)
        let error = #expect(throws: SettlementFileError.self) {
            try SettlementFile(parsing: text)
        }
        #expect(error?.kind == kind)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("A line that is no UTF-8, or too long, is named")
    func bytes() {
        let header = Array("reference,type,amount,currency,occurred_at\n".utf8)
        let notUTF8 = #expect(throws: SettlementFileError.self) {
            try SettlementFile(parsing: header + [0xff, 0x0a])
        }
        #expect(notUTF8?.kind == .notUTF8)
        let tooLong = #expect(throws: SettlementFileError.self) {
            try SettlementFile(parsing: header + [UInt8](repeating: 0x61, count: 5000) + [0x0a])
        }
        #expect(tooLong?.kind == .lineTooLong)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: other)
        return copy
    }
}
