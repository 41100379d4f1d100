package import Money

/// At what rate and spread amounts of one currency are exchanged for another.
///
/// The exact rate is the quotient of two factors as published; it is never rounded on its own.
/// Every amount is rounded once.
package struct QuoteTerms: Hashable, Sendable {
    package let from: Currency
    package let to: Currency

    /// Units of `from` for one euro.
    package let fromFactor: DecimalNumber

    /// Units of `to` for one euro.
    package let toFactor: DecimalNumber

    package let spread: BasisPoints

    /// - Parameter spreadBasisPoints: Hundredths of a percent of the gross amount, 0 to 10,000.
    /// - Throws: `.sameCurrency`; `.malformed` for a factor that is no possible rate;
    ///   `.amountOutOfRange` for a spread outside its limits.
    package init(
        from: Currency, to: Currency, fromFactor: DecimalNumber, toFactor: DecimalNumber,
        spreadBasisPoints: Int64
    ) throws(FXError) {
        guard from != to else {
            throw FXError(.sameCurrency, "\(from) needs no exchange for \(to)")
        }
        try Publication.validate(fromFactor, of: from)
        try Publication.validate(toFactor, of: to)
        self.from = from
        self.to = to
        self.fromFactor = fromFactor
        self.toFactor = toFactor
        do throws(MoneyError) {
            self.spread = try BasisPoints(spreadBasisPoints)
        } catch {
            throw FXError(error)
        }
    }

    /// Terms at the rates of one publication.
    ///
    /// - Throws: also `.rateNotFound` when it lacks one of the currencies.
    package init(
        from: Currency, to: Currency, publication: Publication, spreadBasisPoints: Int64
    ) throws(FXError) {
        try self.init(
            from: from, to: to, fromFactor: try publication.factor(of: from),
            toFactor: try publication.factor(of: to), spreadBasisPoints: spreadBasisPoints)
    }

    /// Major units of `to` for one major unit of `from`, to 15 significant digits: for people.
    /// Amounts are computed from the factors.
    package var midRate: DecimalNumber {
        get throws(FXError) {
            do throws(MoneyError) {
                return try self.toFactor.divided(by: self.fromFactor, significantDigits: 15)
            } catch {
                throw FXError(error)
            }
        }
    }
}

/// What an amount comes to: `gross` is `spread`, `to` and `residue` together, exactly.
package struct Conversion: Hashable, Sendable {
    /// At the mid rate, rounded once to a minor unit, half to even.
    package let gross: Money

    /// What is kept of it, rounded once, half to even.
    package let spread: Money

    /// The rest, in the nearest step that the currency can pay out; half to even steps.
    package let to: Money

    /// Minor units between the rest and `to`: positive when that rounding keeps them, negative
    /// when it adds them. Always zero in currencies that pay out any minor unit.
    package let residue: Int64
}

extension QuoteTerms {
    /// What an amount comes to under these terms.
    ///
    /// - Parameter amount: In the currency `from`; not negative. Small amounts may come to zero.
    /// - Throws: `.amountOutOfRange` for another currency, a negative amount or a result beyond
    ///   64 bits of minor units.
    package func convert(_ amount: Money) throws(FXError) -> Conversion {
        guard amount.currency == self.from else {
            throw FXError(
                .amountOutOfRange, "the quote is for \(self.from), not for \(amount.currency)")
        }
        guard amount.minorUnits >= 0 else {
            throw FXError(.amountOutOfRange, "only positive amounts are exchanged")
        }
        do throws(MoneyError) {
            let gross = Money(try self.grossMinorUnits(amount), self.to)
            let spread = gross.share(self.spread)
            let rest = try gross - spread
            let step = Int128(self.to.payoutStep)
            let steps = try divideHalfToEven(Int128(rest.minorUnits), by: step)
            guard let payout = Int64(exactly: steps * step) else {
                throw .overflow
            }
            return Conversion(
                gross: gross, spread: spread, to: Money(payout, self.to),
                residue: rest.minorUnits - payout)
        } catch {
            throw FXError(error)
        }
    }

    /// amount / 10^from.exponent / fromFactor × toFactor × 10^to.exponent, divided once.
    ///
    /// Both factors are integers over a power of ten, so everything gathers into one fraction; a
    /// factor has at most 15 digits and an amount 19, so numerator and denominator fit 128 bits
    /// apart from the power of ten, which the division takes as a factor of its own.
    private func grossMinorUnits(_ amount: Money) throws(MoneyError) -> Int64 {
        let power =
            self.fromFactor.scale + self.to.exponent - self.toFactor.scale - self.from.exponent
        let units = try divideHalfToEven(
            Int128(amount.minorUnits) * self.toFactor.mantissa,
            times: try powerOfTen(max(0, power)),
            by: self.fromFactor.mantissa * (try powerOfTen(max(0, -power))))
        guard let minorUnits = Int64(exactly: units) else { throw .overflow }
        return minorUnits
    }
}
