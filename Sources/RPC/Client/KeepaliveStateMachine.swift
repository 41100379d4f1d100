/// Decides when a client asks whether its server is still there.
///
/// Pure, and without a clock: it is told of each interval that has passed. A server that has gone
/// without a word is found out within two intervals.
package struct KeepaliveStateMachine: Hashable, Sendable {
    package enum OnInterval: Hashable, Sendable {
        case wait
        case ping
        /// The last ping has brought nothing.
        case end
    }

    private var hasReceived = false
    private var isPinging = false

    package init() {}

    /// Something has come.
    package mutating func received() {
        self.hasReceived = true
        self.isPinging = false
    }

    package mutating func intervalPassed() -> OnInterval {
        defer { self.hasReceived = false }
        if self.hasReceived { return .wait }
        if self.isPinging { return .end }
        self.isPinging = true
        return .ping
    }
}
