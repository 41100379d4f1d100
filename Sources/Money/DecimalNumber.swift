/// An exact decimal number: never a binary fraction, never rounded unless asked to.
///
///     try DecimalNumber(parsing: "1.08470")  // 1.0847: mantissa 10847, scale 4
///
/// Trailing zeros are dropped, so equal numbers are equal values.
package struct DecimalNumber: Hashable, Sendable {
    /// The digits as an integer: the number is this over ten to the power of ``scale``.
    package let mantissa: Int128

    /// How many digits stand behind the point: 0 to 38.
    package let scale: Int

    /// - Throws: `.outOfRange` when the scale is not from 0 to 38.
    package init(mantissa: Int128, scale: Int) throws(MoneyError) {
        guard (0...38).contains(scale) else {
            throw MoneyError(.outOfRange, "a decimal number has at most 38 decimals")
        }
        var mantissa = mantissa
        var scale = scale
        while scale > 0, mantissa % 10 == 0 {
            mantissa /= 10
            scale -= 1
        }
        self.mantissa = mantissa
        self.scale = scale
    }

    package static let one = DecimalNumber(integer: 1)

    package init(integer: Int64) {
        self.mantissa = Int128(integer)
        self.scale = 0
    }

    /// Reads digits with at most one point between them, and a minus sign in front if need be.
    ///
    /// - Throws: `.malformed` for anything else (an exponent, a comma, a space); `.overflow` for
    ///   more digits than 38 or so.
    package init(parsing text: String) throws(MoneyError) {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let digits = text.utf8.dropFirst(isNegative ? 1 : 0)
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(\.isDecimalDigits) else {
            throw MoneyError(.malformed, "write a decimal number like 1.0847")
        }
        let scale = parts.count == 2 ? parts[1].count : 0
        let integer = digits.filter { $0 != UInt8(ascii: ".") }
        guard scale <= 38, let mantissa = Int128(String(decoding: integer, as: UTF8.self)) else {
            throw .overflow
        }
        try self.init(mantissa: isNegative ? -mantissa : mantissa, scale: scale)
    }
}

extension DecimalNumber: CustomStringConvertible {
    /// The shortest text of the same number: "1.0847", "-0.5", "3".
    package var description: String {
        let sign = self.mantissa < 0 ? "-" : ""
        let digits = String(self.mantissa.magnitude)
        guard self.scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, self.scale + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(self.scale)).\(padded.suffix(self.scale))"
    }
}

extension DecimalNumber {
    /// The quotient, rounded to that many significant digits, half to even.
    ///
    /// - Parameter significantDigits: 1 to 18.
    /// - Throws: `.divisionByZero`; `.outOfRange` for other numbers of digits; `.overflow` when
    ///   the quotient needs more digits, before or behind the point, than 128 bits hold.
    package func divided(
        by divisor: DecimalNumber, significantDigits: Int
    ) throws(MoneyError) -> DecimalNumber {
        guard (1...18).contains(significantDigits) else {
            throw MoneyError(.outOfRange, "a quotient has 1 to 18 significant digits")
        }
        guard self.mantissa != 0, divisor.mantissa != 0 else {
            guard divisor.mantissa != 0 else { throw .divisionByZero }
            return DecimalNumber(integer: 0)
        }
        // One digit more or less than wished, depending on the leading digits: the first try
        // that is long enough is the one with exactly as many digits.
        let limit = try powerOfTen(significantDigits - 1)
        let excess = self.digitCount - divisor.digitCount
        for scale in [significantDigits - 1 - excess, significantDigits - excess] {
            let shift = scale + divisor.scale - self.scale
            guard scale >= -38 else { throw .overflow }
            let quotient = try divideHalfToEven(
                self.mantissa, times: try powerOfTen(max(0, shift)),
                by: try divisor.mantissa.multiplied(by: try powerOfTen(max(0, -shift))))
            guard quotient.magnitude >= limit else { continue }
            guard scale < 0 else { return try DecimalNumber(mantissa: quotient, scale: scale) }
            return try DecimalNumber(
                mantissa: try quotient.multiplied(by: try powerOfTen(-scale)), scale: 0)
        }
        throw .overflow
    }

    private var digitCount: Int {
        // Counted before the point, so that 0.05 has minus one: the exponent of the first digit.
        String(self.mantissa.magnitude).count - self.scale
    }
}

extension Int128 {
    fileprivate func multiplied(by factor: Int128) throws(MoneyError) -> Int128 {
        let (product, overflow) = self.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .overflow }
        return product
    }
}

extension Collection<UInt8> {
    /// At least one ASCII digit, and nothing else.
    var isDecimalDigits: Bool {
        !self.isEmpty && self.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
