package import Identifiers
package import Money

/// Who published a set of rates.
package enum RateSource: String, CaseIterable, Sendable {
    /// The European Central Bank's euro foreign exchange reference rates.
    case ecb

    /// Made-up figures in the same format, for trials: not to be traded on.
    case sample
}

/// The rates of one day, taken in whole or not at all.
package struct Publication: Hashable, Sendable {
    package let day: CalendarDay
    package let source: RateSource

    /// Units of each currency for one euro. The euro itself is not in it: its factor is one.
    package let rates: [Currency: DecimalNumber]

    /// - Throws: `.empty` without a rate; `.malformed` when one is not a possible rate.
    package init(
        day: CalendarDay, source: RateSource, rates: [Currency: DecimalNumber]
    ) throws(FXError) {
        guard !rates.isEmpty else { throw FXError(.empty, "no rates for \(day)") }
        for (currency, rate) in rates {
            guard currency != .eur else {
                throw FXError(.malformed, "the euro is the base and has no rate", field: "EUR")
            }
            try Self.validate(rate, of: currency)
        }
        self.day = day
        self.source = source
        self.rates = rates
    }

    /// Units of the currency for one euro.
    ///
    /// - Throws: `.rateNotFound` when the currency was not published.
    package func factor(of currency: Currency) throws(FXError) -> DecimalNumber {
        if currency == .eur { return .one }
        guard let rate = self.rates[currency] else {
            throw FXError(.rateNotFound, "no rate for \(currency) was published on \(self.day)")
        }
        return rate
    }

    /// Refuses a set that has lost more than a quarter of the currencies of the one before, and
    /// more than four: a download that broke off looks like that, a currency that joined the euro
    /// does not.
    ///
    /// - Parameter previous: How many rates the source's publication before this one had.
    /// - Throws: `.partial`.
    package func validate(againstCount previous: Int) throws(FXError) {
        let lost = previous - self.rates.count
        guard lost > 4, lost * 4 > previous else { return }
        throw FXError(
            .partial,
            "\(self.day) has \(self.rates.count) rates, the publication before had "
                + "\(previous): get the whole file again")
    }

    /// Rates are positive, of at most 15 significant digits and 12 decimals: more was never
    /// published, and an exchange of any amount stays within the integers we compute with.
    static func validate(_ rate: DecimalNumber, of currency: Currency) throws(FXError) {
        guard rate.mantissa > 0, rate.mantissa < 1_000_000_000_000_000, rate.scale <= 12 else {
            throw FXError(
                .malformed, "a rate is a positive number of at most 15 digits, 12 of them decimals",
                field: currency.code)
        }
    }
}

extension Publication {
    /// The rates that hold on a day: the last published on or before it.
    ///
    /// Sample figures count only when there are no others at all, however old: a day without the
    /// real rates must not turn into a day of made-up ones.
    package static func last(
        of publications: some Sequence<Publication>, onOrBefore day: CalendarDay
    ) -> Publication? {
        publications.filter { $0.day <= day }.max { left, right in
            (left.source.rank, left.day) < (right.source.rank, right.day)
        }
    }

    /// The same figures for another day, so that a walk-through has fresh rates on any day.
    ///
    /// - Throws: `.sourceMismatch` for rates that are not marked as sample: real ones keep the
    ///   day they were published on.
    package func dated(_ day: CalendarDay) throws(FXError) -> Publication {
        guard self.source == .sample else {
            throw FXError(
                .sourceMismatch, "rates of the ECB keep their day: only sample figures can be moved"
            )
        }
        return try Publication(day: day, source: .sample, rates: self.rates)
    }
}

extension RateSource {
    fileprivate var rank: Int {
        switch self {
        case .sample: 0
        case .ecb: 1
        }
    }
}

/// How long rates may be traded on.
///
/// The ECB publishes at about 16:00 CET on working days. Age is counted from the end of the
/// publication's day (UTC), so under the usual limit of 72 hours Friday's rates serve until
/// Monday ends, by when Monday's have come. Longer holidays (Easter has four days without rates)
/// need a higher limit, set on purpose.
package struct RateAgeLimit: Hashable, Sendable {
    package let hours: Int

    package init(hours: Int = 72) {
        self.hours = hours
    }

    /// - Throws: `.rateTooOld`.
    package func validate(_ publishedOn: CalendarDay, at now: Timestamp) throws(FXError) {
        let end = publishedOn.advanced(by: 1).start
        guard now <= end + .seconds(Int64(self.hours) * 3600) else {
            throw FXError(
                .rateTooOld,
                "the last rates are of \(publishedOn), older than \(self.hours) hours: "
                    + "import newer ones")
        }
    }
}
