package import FXCore
package import Money

/// How one payment's money moves in the ledger, from the terms it was held on.
///
/// | step | transfers (debit → credit) |
/// |---|---|
/// | hold, settled in A | acquirer:A → merchant:A P; merchant:A → fees:A fee |
/// | hold, settled in B | acquirer:A → fx:A P; fx:B → merchant:B gross; merchant:B → fx_spread:B spread; merchant:B → fees:B fee; merchant:B → rounding:B residue, or back |
/// | capture of n ≤ P | each held line posted for its share of n |
/// | void | each held line voided |
///
/// Pure, and the same terms always give the same lines in the same order, so that a line's index
/// can be part of its transfer's id. Lines of nothing are left out.
package struct SettlementPlan: Hashable, Sendable {
    package let merchant: String

    /// All that may be captured, in the payment's currency.
    package let amount: Money

    /// Of the gross amount.
    package let fee: BasisPoints

    /// `nil` when the merchant is paid in the payment's currency.
    package let exchange: QuoteTerms?

    /// - Parameter feeBasisPoints: Hundredths of a percent of the gross amount, 0 to 10,000.
    /// - Throws: `.amountOutOfRange` for an amount that is not positive, a fee outside its limits
    ///   or terms that start from another currency.
    package init(
        merchant: String, amount: Money, feeBasisPoints: Int64, exchange: QuoteTerms? = nil
    ) throws(FXError) {
        guard amount.minorUnits > 0 else {
            throw FXError(.amountOutOfRange, "only positive amounts are settled")
        }
        guard exchange.map({ $0.from == amount.currency }) ?? true else {
            throw FXError(.amountOutOfRange, "the quote is not for \(amount.currency)")
        }
        self.merchant = merchant
        self.amount = amount
        self.exchange = exchange
        do throws(MoneyError) {
            self.fee = try BasisPoints(feeBasisPoints)
        } catch {
            throw FXError(error)
        }
    }

    package var settlementCurrency: Currency {
        self.exchange?.to ?? self.amount.currency
    }
}

/// What a captured amount comes to for the merchant, in the settlement currency:
/// `net` is `gross` less `spread`, `residue` and `fee`, exactly.
package struct Settlement: Hashable, Sendable {
    /// At the mid rate; the captured amount itself without an exchange.
    package let gross: Money
    package let spread: Money
    /// Kept by the rounding to payable steps; negative when it adds.
    package let residue: Money
    package let fee: Money
    package let net: Money
}

extension SettlementPlan {
    /// What that much of the payment comes to.
    ///
    /// - Parameter captured: Minor units of the payment's currency, from one to all of it.
    /// - Throws: `.amountOutOfRange`.
    package func settlement(captured: Int64) throws(FXError) -> Settlement {
        guard (1...self.amount.minorUnits).contains(captured) else {
            throw FXError(
                .amountOutOfRange, "between one minor unit and \(self.amount) can be captured")
        }
        let amount = Money(captured, self.amount.currency)
        let conversion = try self.exchange?.convert(amount)
        let gross = conversion?.gross ?? amount
        let spread = conversion?.spread ?? .zero(amount.currency)
        let residue = Money(conversion?.residue ?? 0, gross.currency)
        let fee = gross.share(self.fee)
        do throws(MoneyError) {
            let net = try (conversion?.to ?? gross) - fee
            return Settlement(gross: gross, spread: spread, residue: residue, fee: fee, net: net)
        } catch {
            throw FXError(error)
        }
    }

    /// The transfers that set the whole amount aside: one chain, each pending.
    ///
    /// - Throws: `.amountOutOfRange` when it comes to more than can be counted.
    package func hold() throws(FXError) -> [SettlementLine] {
        try self.lines(for: self.amount.minorUnits)
    }

    /// What becomes of the lines of ``hold()`` when that much is captured.
    ///
    /// Each held line is posted for its share of the captured amount, which the terms give anew;
    /// shares of nothing are voided. Rounding falls as it falls for each amount, so a part may
    /// leave a residue that is larger than that of the whole, or points the other way: then the
    /// held line is voided and its share transferred directly.
    ///
    /// - Parameter captured: Minor units of the payment's currency, from one to all of it.
    /// - Throws: `.amountOutOfRange`.
    package func post(captured: Int64) throws(FXError) -> [PostStep] {
        let held = try self.hold()
        let wanted = try self.lines(for: captured)
        var steps: [PostStep] = []
        var posted: Set<TransferCode> = []
        for (index, line) in held.enumerated() {
            let share = wanted.first { line.canBePosted(as: $0) }
            guard let share else {
                steps.append(.void(lineIndex: index))
                continue
            }
            steps.append(.post(lineIndex: index, amount: share.amount))
            posted.insert(share.purpose)
        }
        return steps + wanted.filter { !posted.contains($0.purpose) }.map { .direct($0) }
    }

    /// The releases of all lines of ``hold()``: one chain.
    package func void() throws(FXError) -> [PostStep] {
        try self.hold().indices.map { .void(lineIndex: $0) }
    }

    private func lines(for captured: Int64) throws(FXError) -> [SettlementLine] {
        let settlement = try self.settlement(captured: captured)
        let paid = Money(captured, self.amount.currency)
        let merchant = AccountRef.merchant(self.merchant)
        func line(
            _ debit: AccountRef, _ credit: AccountRef, _ amount: Money, _ purpose: TransferCode
        ) -> SettlementLine {
            SettlementLine(debit: debit, credit: credit, amount: amount, purpose: purpose)
        }
        var lines: [SettlementLine] = []
        if self.exchange == nil {
            lines.append(line(.acquirer, merchant, paid, .payment))
        } else {
            lines.append(line(.acquirer, .fx, paid, .payment))
            lines.append(line(.fx, merchant, settlement.gross, .exchange))
            lines.append(line(merchant, .fxSpread, settlement.spread, .spread))
        }
        lines.append(line(merchant, .fees, settlement.fee, .fee))
        if settlement.residue.minorUnits > 0 {
            lines.append(line(merchant, .rounding, settlement.residue, .residue))
        } else {
            // A residue is smaller than a payout step, so it always has an opposite.
            let added = Money(-settlement.residue.minorUnits, settlement.residue.currency)
            lines.append(line(.rounding, merchant, added, .residue))
        }
        return lines.filter { !$0.amount.isZero }
    }
}

extension SettlementLine {
    /// Whether a pending transfer of this line can be posted for that one.
    fileprivate func canBePosted(as share: SettlementLine) -> Bool {
        self.purpose == share.purpose && self.debit == share.debit && self.credit == share.credit
            && share.amount.minorUnits <= self.amount.minorUnits
    }
}
