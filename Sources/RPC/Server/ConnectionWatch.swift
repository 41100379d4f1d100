/// Decides when a server cuts a connection that makes no progress.
///
/// Pure, and without a clock: it is shown what stands still once in each round of a sweep over
/// all connections, a second by default. A timer for each connection would cost more than ten
/// thousand of these.
package struct ConnectionWatch: Hashable, Sendable {
    /// In rounds; each must end within.
    package struct Limits: Hashable, Sendable {
        /// From the connection to the end of the handshake.
        package var handshake: Int
        /// From the first byte of a frame to its last.
        package var frame: Int
        /// Until a peer takes any of what waits for it.
        package var unread: Int
        /// Until anything comes on a connection without calls.
        package var idle: Int

        package init(handshake: Int = 5, frame: Int = 30, unread: Int = 30, idle: Int = 300) {
            self.handshake = handshake
            self.frame = frame
            self.unread = unread
            self.idle = idle
        }
    }

    /// What a connection looks like in one round.
    package struct Glance: Hashable, Sendable {
        package var isHandshaking = false
        package var isWithinFrame = false
        /// Bytes that wait for the peer.
        package var unread = 0
        package var hasCalls = false

        package init(
            isHandshaking: Bool = false, isWithinFrame: Bool = false, unread: Int = 0,
            hasCalls: Bool = false
        ) {
            self.isHandshaking = isHandshaking
            self.isWithinFrame = isWithinFrame
            self.unread = unread
            self.hasCalls = hasCalls
        }
    }

    package enum Verdict: String, Hashable, Sendable {
        case go
        case slowHandshake = "the handshake took too long"
        case slowWriter = "a frame took too long to come"
        case slowReader = "the peer does not read"
        case idle = "nothing came for too long"
    }

    private var handshaking = 0
    private var withinFrame = 0
    private var notReading = 0
    private var silent = 0
    private var lastUnread = 0

    package init() {}

    /// A whole frame has come.
    package mutating func sawFrame() {
        self.withinFrame = 0
        self.silent = 0
    }

    /// Whether nothing has come since the last round.
    package var isQuiet: Bool { self.silent > 0 }

    package mutating func round(_ glance: Glance, limits: Limits) -> Verdict {
        self.handshaking = glance.isHandshaking ? self.handshaking + 1 : 0
        self.withinFrame = glance.isWithinFrame ? self.withinFrame + 1 : 0
        let isReading = glance.unread == 0 || glance.unread < self.lastUnread
        self.notReading = isReading ? 0 : self.notReading + 1
        self.lastUnread = glance.unread
        self.silent = glance.hasCalls ? 0 : self.silent + 1
        if self.handshaking > limits.handshake { return .slowHandshake }
        if self.withinFrame > limits.frame { return .slowWriter }
        if self.notReading > limits.unread { return .slowReader }
        if self.silent > limits.idle { return .idle }
        return .go
    }
}
