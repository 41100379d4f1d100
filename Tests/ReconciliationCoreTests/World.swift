import Identifiers
import Money
import ReconciliationCore

/// A made-up system in which all three sides agree, until a fault is planted.
struct World {
    static let period =
        Timestamp(microseconds: 1_000_000_000_000)..<Timestamp(microseconds: 1_600_000_000_000)
    static let rules = Reconciliation(
        asOf: period.upperBound + .seconds(3600), grace: .seconds(300), period: period)

    var operations: [Movement] = []
    var entries: [LedgerEntry] = []
    var lines: [SettledLine] = []

    init(payments: Int, using random: inout SplitMix64) {
        for number in 0..<payments { self.addPayment(number, using: &random) }
    }

    /// Most have refunds, some several of the same amount.
    private mutating func addPayment(_ number: Int, using random: inout SplitMix64) {
        let currency = [Currency.usd, .eur, .jpy].randomElement(using: &random) ?? .usd
        let captured = Int64.random(in: 100...100_000, using: &random)
        let start =
            Self.period.lowerBound + .seconds(Int64.random(in: 1_000...400_000, using: &random))
        let payment = "pi_\(number)"
        self.add(
            Movement(
                paymentID: payment, id: payment, subject: payment, kind: .capture,
                amount: Money(captured, currency), at: start))
        var left = captured
        for refund in 0..<Int.random(in: 0...3, using: &random) {
            let amount = Bool.random(using: &random) ? 10 : Int64.random(in: 1...30, using: &random)
            guard amount <= left else { return }
            left -= amount
            self.add(
                Movement(
                    paymentID: payment, id: "re_\(number)_\(refund)",
                    subject: "\(payment)/saga_\(refund)", kind: .refund,
                    amount: Money(amount, currency), at: start + .seconds(Int64(refund + 1) * 60)))
        }
    }

    private mutating func add(_ operation: Movement) {
        self.operations.append(operation)
        self.entries.append(
            LedgerEntry(
                paymentID: operation.paymentID, transferID: "t\(self.entries.count)",
                kind: operation.kind, amount: operation.amount, at: operation.at))
        self.lines.append(
            SettledLine(
                reference: "\(operation.subject)/saga/\(operation.kind.rawValue)",
                kind: operation.kind, amount: operation.amount, at: operation.at - .seconds(1),
                lineNumber: self.lines.count + 2))
    }

    mutating func shuffle(using random: inout SplitMix64) {
        self.operations.shuffle(using: &random)
        self.entries.shuffle(using: &random)
        self.lines.shuffle(using: &random)
    }

    var report: Report {
        Self.rules.compare(self.operations, ledger: self.entries, acquirer: self.lines)
    }
}

/// What a finding is about, as a planted fault foretells it. Refunds of one payment that are alike
/// in amount are alike in the ledger, so there the payment is what counts.
struct Expected: Hashable {
    let kind: Finding.Kind
    let counterpart: Counterpart
    let about: String

    init(_ kind: Finding.Kind, _ counterpart: Counterpart, _ about: String) {
        self.kind = kind
        self.counterpart = counterpart
        self.about = about
    }

    init(_ finding: Finding) {
        self.kind = finding.kind
        self.counterpart = finding.counterpart
        self.about = finding.counterpart == .ledger ? finding.paymentID : finding.subject
    }
}
