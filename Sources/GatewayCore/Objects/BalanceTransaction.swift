package import Identifiers

/// What moved on a merchant's balance, as the API tells about it.
package struct BalanceTransaction: APIObject {
    /// Of what it is, and so the rest of its id: one charge or refund has at most one of each.
    package enum Cause: String, CaseIterable, Hashable, Sendable {
        case charge = "ch"
        case refund = "re"
        case refundFailure = "rf"
    }

    /// "txn_ch…": a transaction is told by what caused it.
    package struct ID: Hashable, Sendable, CustomStringConvertible {
        package let cause: Cause
        package let source: UUID128

        package init(_ cause: Cause, _ source: UUID128) {
            self.cause = cause
            self.source = source
        }

        package init?(_ text: String) {
            guard text.hasPrefix("txn_") else { return nil }
            let rest = text.dropFirst("txn_".count)
            guard let cause = Cause(rawValue: String(rest.prefix(2))),
                let charge = ChargeID("ch_\(rest.dropFirst(2))")
            else { return nil }
            self.init(cause, charge.uuid)
        }

        package var description: String {
            "txn_\(self.cause.rawValue)\(ChargeID(uuid: self.source).description.dropFirst(3))"
        }

        /// "ch_…" or "re_…"
        package var sourceID: String {
            switch self.cause {
            case .charge: ChargeID(uuid: self.source).description
            case .refund, .refundFailure: RefundID(uuid: self.source).description
            }
        }

        /// Newer ones first; of one refund its failure before itself.
        package func isNewer(than other: ID) -> Bool {
            if self.source != other.source { return self.source > other.source }
            return self.cause.rawValue > other.cause.rawValue
        }
    }

    package var identity: ID
    package var created: Int64
    /// Minor units of the currency that the merchant is paid in.
    package var amount: Int64
    package var fee: Int64
    package var currency: String
    package var description: String?
    /// Minor units of that currency for one of the payment's, as a decimal number.
    package var exchangeRate: String?

    package init(
        _ identity: ID, created: Int64, amount: Int64, fee: Int64, currency: String,
        description: String?, exchangeRate: String?
    ) {
        self.identity = identity
        self.created = created
        self.amount = amount
        self.fee = fee
        self.currency = currency
        self.description = description
        self.exchangeRate = exchangeRate
    }

    package var id: String { self.identity.description }

    package func reference(_ field: String) -> Reference? {
        guard field == "source" else { return nil }
        return Reference(
            self.identity.cause == .charge ? .charge : .refund, self.identity.sourceID)
    }

    package var type: String {
        switch self.identity.cause {
        case .charge: "charge"
        case .refund: "refund"
        case .refundFailure: "refund_failure"
        }
    }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.begin("{")
        writer.json.field("id", self.id)
        writer.json.field("object", "balance_transaction")
        writer.json.field("amount", self.amount)
        writer.json.field("available_on", self.created)
        writer.json.field("balance_type", "payments")
        writer.json.field("created", self.created)
        writer.json.field("currency", self.currency)
        writer.json.field("description", self.description)
        writer.json.key("exchange_rate")
        if let rate = self.exchangeRate {
            writer.json.raw(Array(rate.utf8))
        } else {
            writer.json.null()
        }
        writer.json.field("fee", self.fee)
        writer.json.array("fee_details") { json in
            guard self.fee != 0 else { return }
            json.object { json in
                json.field("amount", self.fee)
                json.nulls("application")
                json.field("currency", self.currency)
                json.field("description", "Florin processing fees")
                json.field("type", "stripe_fee")
            }
        }
        writer.json.field("net", self.amount - self.fee)
        writer.json.field("reporting_category", self.type)
        writer.reference("source", self.identity.sourceID, expanding)
        writer.json.field("status", "available")
        writer.json.field("type", self.type)
        writer.json.end("}")
    }
}

extension BalanceTransaction {
    /// A rate of major units as one of minor units, which the API tells.
    ///
    /// - Parameter shift: How many more digits the target's minor unit has than the source's.
    package static func minorUnitRate(_ rate: String, shift: Int) -> String {
        let parts = rate.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        var whole = String(parts[0])
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        for _ in 0..<max(shift, 0) {
            whole.append(fraction.isEmpty ? "0" : fraction.removeFirst())
        }
        for _ in 0..<max(-shift, 0) {
            fraction.insert(whole.popLast() ?? "0", at: fraction.startIndex)
        }
        whole = String(whole.drop { $0 == "0" })
        while fraction.last == "0" { fraction.removeLast() }
        return (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
