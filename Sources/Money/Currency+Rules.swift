/// What payments make of a currency, where that is not what ISO 4217 says.
///
/// The amounts of the API are Stripe's, so its special cases are ours:
///
/// | currencies | ISO decimals | here | because |
/// |---|---|---|---|
/// | MGA | 2 | 0 | its fifth parts are not decimal; counted in whole ariary |
/// | ISK, UGX | 0 | 2, steps of 100 | two decimals in the API since before they lost them |
/// | BHD, JOD, KWD, OMR, TND | 3 | 3, steps of 10 | card networks carry no third decimal |
extension Currency {
    /// How many decimals an amount has here: minor units in one major unit are ten to this power.
    package var exponent: Int {
        switch self.code {
        case "MGA": 0
        case "ISK", "UGX": 2
        default: self.isoExponent
        }
    }

    /// Minor units that a charge, a refund and a payout must be a multiple of.
    ///
    /// Lines within the ledger (a fee, a spread) may be any number of minor units.
    package var payoutStep: Int64 {
        switch self.code {
        case "BHD", "JOD", "KWD", "OMR", "TND": 10
        case "ISK", "UGX": 100
        default: 1
        }
    }

    /// The smallest charge in minor units; `nil` for currencies without one of their own.
    ///
    /// For those a card network asks for the worth of another currency's minimum at the day's
    /// rate; without a rate the smallest charge is one ``payoutStep``.
    package var minimumCharge: Int64? {
        switch self.code {
        case "AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD": 50
        case "GBP": 30
        case "JPY", "KRW": 50
        case "CZK": 15_00
        case "DKK": 2_50
        case "HKD": 4_00
        case "HUF": 175_00
        case "MXN", "THB": 10_00
        case "AED", "MYR", "PLN", "RON": 2_00
        case "NOK", "SEK": 3_00
        default: nil
        }
    }

    /// The largest charge when nothing else is configured: eight digits of minor units.
    package static let defaultMaximumCharge: Int64 = 99_999_999

    /// Checks that a payment of this amount may be asked for.
    ///
    /// - Parameter maximum: In minor units, for every currency alike.
    /// - Throws: `.amountTooSmall`, also for zero and less; `.amountTooLarge`; `.wrongStep` when
    ///   the amount is not a multiple of ``payoutStep``.
    package func validateCharge(
        minorUnits: Int64, maximum: Int64 = Currency.defaultMaximumCharge
    ) throws(MoneyError) {
        let minimum = self.minimumCharge ?? self.payoutStep
        guard minorUnits >= minimum else {
            throw .amountTooSmall(minimum: Money(minimum, self))
        }
        guard minorUnits <= maximum else {
            throw .amountTooLarge(maximum: Money(maximum, self))
        }
        try self.validateStep(minorUnits: minorUnits)
    }

    /// Checks that an amount can be paid in, out or back.
    ///
    /// - Throws: `.wrongStep` when it is not a multiple of ``payoutStep``.
    package func validateStep(minorUnits: Int64) throws(MoneyError) {
        guard minorUnits % self.payoutStep == 0 else {
            throw .wrongStep(Money(self.payoutStep, self))
        }
    }
}
