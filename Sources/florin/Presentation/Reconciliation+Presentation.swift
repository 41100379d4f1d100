internal import Identifiers
internal import Money
internal import ReconciliationCore

extension Report {
    /// For people: the findings, then the proof.
    var text: String {
        let matched =
            "matched \(self.matched(with: .ledger)) with the ledger, "
            + "\(self.matched(with: .acquirer)) with the acquirer"
        return "\(self.findingsTable)\n\n\(self.totalsTable)\n\n\(matched)"
    }

    private var findingsTable: String {
        var table = Table(
            .init(title: "finding"), .init(title: "with"), .init(title: "type"),
            .init(title: "expected", alignment: .right), .init(title: "found", alignment: .right),
            .init(title: "line", alignment: .right), .init(title: "of"), .init(title: "reference"),
            .init(title: "look at"))
        table.rows = self.findings.map { finding in
            [
                finding.kind.rawValue, finding.counterpart.rawValue, finding.movement.rawValue,
                finding.expected?.description ?? "", finding.found?.description ?? "",
                finding.lineNumber == 0 ? "" : "\(finding.lineNumber)",
                finding.id, finding.reference, finding.lookAt,
            ]
        }
        return table.rendered(empty: "no findings")
    }

    private var totalsTable: String {
        var table = Table(
            .init(title: "with"), .init(title: "side"), .init(title: "currency"),
            .init(title: "is"), .init(title: "count", alignment: .right),
            .init(title: "captured", alignment: .right),
            .init(title: "refunded", alignment: .right))
        table.rows = self.orderedTotals.map { key, sum in
            [
                key.counterpart.rawValue, key.side, key.currency.code, key.fate.rawValue,
                "\(sum.count)", key.text(sum.captured), key.text(sum.refunded),
            ]
        }
        return table.rendered(empty: "nothing was compared")
    }

    fileprivate var orderedTotals: [(key: TotalsKey, value: Sum)] {
        self.totals.sorted { left, right in
            left.key.order.lexicographicallyPrecedes(right.key.order)
        }
    }
}

extension TotalsKey {
    fileprivate var side: String { self.isOfPayments ? "payments" : self.counterpart.rawValue }

    fileprivate var order: [String] {
        [
            self.counterpart.rawValue, self.currency.code, self.isOfPayments ? "0" : "1",
            self.fate.rawValue,
        ]
    }

    /// Minor units that are too many for an amount are shown as they are.
    fileprivate func text(_ minorUnits: Int128) -> String {
        Int64(exactly: minorUnits).map { Money($0, self.currency).decimalDescription }
            ?? "\(minorUnits) minor units"
    }
}

extension Report {
    /// For programs. Sums are texts, as 64 bits may not hold them.
    var json: JSONValue {
        .object([
            ("findings", .array(self.findings.map(\.json))),
            (
                "totals",
                .array(
                    self.orderedTotals.map { key, sum in
                        .object([
                            ("with", .text(key.counterpart.rawValue)), ("side", .text(key.side)),
                            ("currency", .text(key.currency.code)),
                            ("is", .text(key.fate.rawValue)),
                            ("count", .integer(Int64(sum.count))),
                            ("captured", .text("\(sum.captured)")),
                            ("refunded", .text("\(sum.refunded)")),
                        ])
                    })
            ),
            (
                "matched",
                .object([
                    ("ledger", .integer(Int64(self.matched(with: .ledger)))),
                    ("acquirer", .integer(Int64(self.matched(with: .acquirer)))),
                ])
            ),
        ])
    }
}

extension Finding {
    fileprivate var json: JSONValue {
        .object([
            ("kind", .text(self.kind.rawValue)), ("with", .text(self.counterpart.rawValue)),
            ("type", .text(self.movement.rawValue)), ("payment_id", .text(self.paymentID)),
            ("id", .text(self.id)), ("reference", .text(self.reference)),
            ("expected", self.expected.json), ("found", self.found.json),
            ("occurred_at_us", .integer(self.at.microseconds)),
            ("line", .integer(Int64(self.lineNumber))), ("look_at", .text(self.lookAt)),
        ])
    }
}

extension Money? {
    fileprivate var json: JSONValue {
        guard let self else { return .null }
        return .object([
            ("minor_units", .integer(self.minorUnits)), ("currency", .text(self.currency.code)),
        ])
    }
}
