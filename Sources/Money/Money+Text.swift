extension Money {
    /// What a message holds, as people read it: "100.00 USD". An amount in a currency that is not
    /// known stays in minor units.
    package static func text(_ minorUnits: Int64, _ currency: String) -> String {
        guard let known = try? Currency.named(currency) else {
            return "\(minorUnits) minor units of \(currency)"
        }
        return "\(Money(minorUnits: minorUnits, currency: known))"
    }
}
