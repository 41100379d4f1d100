internal import Glibc

/// From when to when a certificate is good, in Unix seconds, both ends included.
package struct Validity: Hashable, Sendable {
    package let notBefore: Int64
    package let notAfter: Int64

    package init(notBefore: Int64, notAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Good for `days` from `now`, and since five minutes ago: clocks differ a little.
    ///
    /// No more than a hundred years: certificates cannot tell of times far beyond.
    ///
    /// - Parameter now: Unix seconds; the system's clock if none are given.
    package static func days(_ days: Int, from now: Int64? = nil) -> Validity {
        let start = now ?? Int64(time(nil))
        return Validity(
            notBefore: start - 300, notAfter: start + Int64(min(max(days, 0), 36_525)) * 86_400)
    }
}
