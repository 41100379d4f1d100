/// The quotient, rounded to the nearest integer; a tie goes to the even one.
///
/// Bankers' rounding: over many amounts, ties do not add up in anyone's favour.
///
/// - Throws: `.divisionByZero`; `.overflow` for the one quotient that does not fit.
package func divideHalfToEven(
    _ dividend: Int128, by divisor: Int128
) throws(MoneyError) -> Int128 {
    try divideHalfToEven(dividend, times: 1, by: divisor)
}

/// The quotient of a product, which may need 256 bits, rounded as ``divideHalfToEven(_:by:)``.
///
/// - Throws: `.divisionByZero`; `.overflow` when the quotient does not fit 128 bits.
package func divideHalfToEven(
    _ factor: Int128, times otherFactor: Int128, by divisor: Int128
) throws(MoneyError) -> Int128 {
    guard divisor != 0 else { throw .divisionByZero }
    let isNegative = factor.signum() * otherFactor.signum() * divisor.signum() < 0
    let product = factor.magnitude.multipliedFullWidth(by: otherFactor.magnitude)
    // Else the quotient needs more than 128 bits, which the division would trap on.
    guard product.high < divisor.magnitude else { throw .overflow }
    let division = divisor.magnitude.dividingFullWidth(product)
    guard division.quotient < .max else { throw .overflow }
    let magnitude = roundHalfToEven(division, of: divisor.magnitude)
    guard let result = isNegative ? Int128(negating: magnitude) : Int128(exactly: magnitude) else {
        throw .overflow
    }
    return result
}

/// The quotient of a division, or the next one when the remainder is more than half of the
/// divisor, or half and the quotient odd. The quotient must be less than the largest.
func roundHalfToEven(
    _ division: (quotient: UInt128, remainder: UInt128), of divisor: UInt128
) -> UInt128 {
    // Compared with what is missing to the divisor: twice the remainder could overflow.
    let missing = divisor - division.remainder
    let isTie = division.remainder == missing
    let roundsUp = division.remainder > missing || (isTie && division.quotient % 2 == 1)
    return division.quotient + (roundsUp ? 1 : 0)
}

extension Int128 {
    /// `nil` when the negative number does not fit.
    fileprivate init?(negating magnitude: UInt128) {
        guard magnitude <= Int128.min.magnitude else { return nil }
        self = Int128(truncatingIfNeeded: 0 &- magnitude)
    }
}

/// Ten to a power.
///
/// - Throws: `.overflow` for powers that do not fit 128 bits, `.outOfRange` for negative ones.
package func powerOfTen(_ exponent: Int) throws(MoneyError) -> Int128 {
    guard exponent >= 0 else { throw MoneyError(.outOfRange, "a power of ten is not negative") }
    guard exponent <= 38 else { throw .overflow }
    return (0..<exponent).reduce(1) { power, _ in power * 10 }
}
