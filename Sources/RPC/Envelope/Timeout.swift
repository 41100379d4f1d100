/// What `timeout_nano` says.
enum Timeout: Hashable, Sendable {
    /// 0: the caller waits for ever.
    case none
    /// Below 0: it has stopped waiting already.
    case expired
    /// Above: what is left. No more than a day: a call that takes longer is a mistake.
    case after(Duration)

    static let longest = Duration.seconds(24 * 60 * 60)

    init(nanoseconds: Int64) {
        switch nanoseconds {
        case 0: self = .none
        case ..<0: self = .expired
        default: self = .after(min(.nanoseconds(nanoseconds), Self.longest))
        }
    }

    /// For the wire. What is left is never told as 0, which would mean no limit.
    static func nanoseconds(of left: Duration) -> Int64 {
        let clipped = max(min(left, Self.longest), .nanoseconds(1))
        let (seconds, attoseconds) = clipped.components
        return max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1)
    }
}
