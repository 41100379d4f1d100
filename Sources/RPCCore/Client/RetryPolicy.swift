/// How often a call is made again when it failed, as its method's proto declares it.
package struct RetryPolicy: Hashable, Sendable {
    /// The first one counts: 3 is two retries.
    package var attempts: Int
    package var firstBackoff: Nanoseconds
    package var longestBackoff: Nanoseconds

    package init(
        attempts: Int, firstBackoff: Nanoseconds = 20_000_000,
        longestBackoff: Nanoseconds = 1_000_000_000
    ) {
        self.attempts = attempts
        self.firstBackoff = firstBackoff
        self.longestBackoff = longestBackoff
    }
}
