package import Money

/// An account of the ledger, by what it is for; there is one of each for every currency.
package enum AccountRef: Hashable, Sendable {
    /// An asset: what the card network owes us.
    case acquirer
    /// A liability: what we owe the merchant of that id.
    case merchant(String)
    /// Income.
    case fees
    /// Our position in the currency.
    case fx
    /// Income.
    case fxSpread
    /// What a currency that pays out in steps leaves over.
    case rounding

    /// As the ledger knows it: "merchant:acme".
    package var name: String {
        switch self {
        case .acquirer: "acquirer"
        case .merchant(let id): "merchant:\(id)"
        case .fees: "fees"
        case .fx: "fx"
        case .fxSpread: "fx_spread"
        case .rounding: "rounding"
        }
    }
}

/// What a transfer is for: stored with it, so a number is never reused.
package enum TransferCode: UInt32, CaseIterable, Sendable {
    case payment = 1
    case exchange = 2
    case spread = 3
    case fee = 4
    case residue = 5
    case refund = 6
    case refundExchange = 7
    /// Moved by hand, by two operators.
    case adjustment = 8
}

/// One transfer to be made: from the debited account to the credited one, more than nothing.
package struct SettlementLine: Hashable, Sendable {
    package let debit: AccountRef
    package let credit: AccountRef
    package let amount: Money
    package let purpose: TransferCode

    /// The purpose as the ledger stores it.
    package var code: UInt32 { self.purpose.rawValue }

    package init(
        debit: AccountRef, credit: AccountRef, amount: Money, purpose: TransferCode
    ) {
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.purpose = purpose
    }
}

/// What becomes of the held lines when a payment is captured. All of it is one chain.
package enum PostStep: Hashable, Sendable {
    /// Posts that much of the held line and releases the rest of it.
    case post(lineIndex: Int, amount: Money)
    /// Releases all of the held line.
    case void(lineIndex: Int)
    /// A transfer that was not held.
    case direct(SettlementLine)
}
