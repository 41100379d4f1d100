/// A moment, or a time between two, in nanoseconds of a monotonic clock that is handed in.
///
/// A plain number: it is read and compared with every call.
package typealias Nanoseconds = UInt64

extension Duration {
    /// Rounded towards zero; nothing below 0, nothing above 292 years.
    package var nanoseconds: Nanoseconds {
        let (seconds, attoseconds) = self.components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let whole = Nanoseconds(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if whole.overflow || whole.partialValue > Nanoseconds(Int64.max) {
            return Nanoseconds(Int64.max)
        }
        return whole.partialValue + Nanoseconds(attoseconds / 1_000_000_000)
    }
}
