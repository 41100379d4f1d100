package import Money

/// What a file's lines add up to, a sum for each currency and direction.
package struct SettlementTotals: Hashable, Sendable {
    package struct Sums: Hashable, Sendable {
        /// Minor units. Wider than an amount: no sum of a file's amounts overflows.
        package fileprivate(set) var captured: Int128
        package fileprivate(set) var refunded: Int128

        package init(captured: Int128 = 0, refunded: Int128 = 0) {
            self.captured = captured
            self.refunded = refunded
        }
    }

    package internal(set) var count = 0
    package internal(set) var byCurrency: [Currency: Sums] = [:]

    package init() {}

    package mutating func add(_ kind: MovementKind, _ amount: Money) {
        self.count += 1
        switch kind {
        case .capture:
            self.byCurrency[amount.currency, default: Sums()].captured += Int128(amount.minorUnits)
        case .refund:
            self.byCurrency[amount.currency, default: Sums()].refunded += Int128(amount.minorUnits)
        }
    }

    /// The file's closing line: "END,3,EUR,5000,0,USD,10000,2500".
    package var closingLine: String {
        let groups = self.byCurrency.sorted { $0.key < $1.key }.map { currency, sums in
            ",\(currency),\(sums.captured),\(sums.refunded)"
        }
        return "END,\(self.count)" + groups.joined()
    }
}
