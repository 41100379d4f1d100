internal import FXCore
internal import ServiceKit

/// What an operator sets for the exchange.
struct FXSettings: Sendable {
    /// Kept of the gross amount: `spread-basis-points`, hundredths of a percent.
    let spreadBasisPoints: Int64

    /// How old rates may be to be quoted: `rate-max-age-hours`, counted from the end of the day
    /// they were published on.
    let ageLimit: RateAgeLimit

    init(_ settings: Settings) throws(ConfigurationError) {
        self.spreadBasisPoints = Int64(
            try settings.integer("spread-basis-points", default: 50, in: 0...5_000))
        self.ageLimit = RateAgeLimit(
            hours: try settings.integer("rate-max-age-hours", default: 72, in: 0...8_760))
    }
}
