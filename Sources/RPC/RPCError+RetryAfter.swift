extension RPCError {
    private static let retryAfterKey = "retry_after_ms"

    /// How long the server wants a caller to wait before it calls again; `nil` if it did not say.
    /// Negative: it should not call again at all.
    package var retryAfter: Duration? {
        get {
            self.metadata[Self.retryAfterKey].flatMap { Int64($0) }.map { .milliseconds($0) }
        }
        set {
            // A part of a millisecond is told as a whole one: 0 would mean at once.
            self.metadata[Self.retryAfterKey] = newValue.map {
                "\(Int64(($0 / .milliseconds(1)).rounded(.awayFromZero)))"
            }
        }
    }
}
