package import Money

/// What became of one operation, transfer or line in a comparison.
package enum Fate: String, CaseIterable, Hashable, Sendable {
    case matched
    case finding
    /// Too young to be missed.
    case notDue = "not_due"
    /// An operation that another settlement file is to have.
    case outside
}

/// One row of the proof that nothing was left out.
package struct TotalsKey: Hashable, Sendable {
    package let counterpart: Counterpart
    /// Whether the row counts the payments' side of the comparison, or the counterpart's.
    package let isOfPayments: Bool
    package let currency: Currency
    package let fate: Fate

    package init(
        counterpart: Counterpart, isOfPayments: Bool, currency: Currency, fate: Fate
    ) {
        self.counterpart = counterpart
        self.isOfPayments = isOfPayments
        self.currency = currency
        self.fate = fate
    }
}

/// What a comparison found. Every item that went in is counted in ``totals`` exactly once for each
/// comparison it took part in.
package struct Report: Hashable, Sendable {
    package struct Sum: Hashable, Sendable {
        package var count = 0
        /// Minor units.
        package var captured: Int128 = 0
        package var refunded: Int128 = 0

        package init() {}

        package mutating func add(_ kind: MovementKind, _ minorUnits: Int64) {
            self.count += 1
            switch kind {
            case .capture: self.captured += Int128(minorUnits)
            case .refund: self.refunded += Int128(minorUnits)
            }
        }
    }

    package internal(set) var findings: [Finding] = []
    package internal(set) var totals: [TotalsKey: Sum] = [:]

    /// How many operations agreed with the counterpart.
    package func matched(with counterpart: Counterpart) -> Int {
        self.totals.filter {
            $0.key.counterpart == counterpart && $0.key.isOfPayments && $0.key.fate == .matched
        }.values.reduce(0) { $0 + $1.count }
    }
}
