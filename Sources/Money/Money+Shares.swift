/// A share in hundredths of a percent: 250 is 2.5 %.
package struct BasisPoints: Hashable, Sendable, Comparable {
    package let value: Int64

    /// - Throws: `.outOfRange` unless it is from nothing (0) to all (10,000).
    package init(_ value: Int64) throws(MoneyError) {
        guard (0...10_000).contains(value) else {
            throw MoneyError(.outOfRange, "a share is from 0 to 10000 basis points")
        }
        self.value = value
    }

    private init(unchecked value: Int64) {
        self.value = value
    }

    package static let zero = BasisPoints(unchecked: 0)

    package static func < (left: BasisPoints, right: BasisPoints) -> Bool {
        left.value < right.value
    }
}

extension Money {
    /// That share of this amount, rounded once to a minor unit, half to even.
    package func share(_ share: BasisPoints) -> Money {
        let all: UInt128 = 10_000
        // 64 bits times 14 bits, and never more than the amount itself: nothing can overflow.
        let product = Int128(self.minorUnits).magnitude * UInt128(share.value.magnitude)
        let units = Int128(roundHalfToEven(product.quotientAndRemainder(dividingBy: all), of: all))
        return Money(Int64(self.minorUnits < 0 ? -units : units), self.currency)
    }

    /// Parts that add up to this amount exactly and lie within one minor unit of their weight's
    /// share: the minor units that rounding down leaves over go to the largest remainders, and
    /// among equal remainders to the first.
    ///
    ///     try Money(100_00, .usd).split(by: [1, 1, 1])  // 33.34, 33.33 and 33.33 USD
    ///
    /// - Throws: `.outOfRange` when a weight is negative, or none is positive.
    package func split(by weights: [Int64]) throws(MoneyError) -> [Money] {
        let total = weights.reduce(into: Int128(0)) { $0 += Int128($1) }
        guard total > 0, weights.allSatisfy({ $0 >= 0 }) else {
            throw MoneyError(.outOfRange, "weights must not be negative, nor all of them zero")
        }
        let whole = Int128(self.minorUnits).magnitude
        let sign: Int128 = self.minorUnits < 0 ? -1 : 1
        let shares = weights.map { weight in
            (whole * weight.magnitude128).quotientAndRemainder(dividingBy: total.magnitude)
        }
        let leftOver = whole - shares.reduce(0) { $0 + $1.quotient }
        let byRemainder = shares.indices.sorted { left, right in
            (shares[left].remainder, right) > (shares[right].remainder, left)
        }
        var parts = shares.map(\.quotient)
        for index in byRemainder.prefix(Int(leftOver)) {
            parts[index] += 1
        }
        return parts.map { Money(Int64(sign * Int128($0)), self.currency) }
    }
}

extension Int64 {
    fileprivate var magnitude128: UInt128 { UInt128(self.magnitude) }
}
