/// Decides whether a thread looks at its sockets again and again for a moment, before it sleeps.
///
/// Pure. To sleep and be woken takes longer than many calls. A thread that gets its next message
/// within microseconds time after time does better to stay awake for it; one that does not would
/// only take time from others. As an adaptive lock does, it learns from how long it waited lately.
package struct SpinStateMachine: Hashable, Sendable {
    /// Waits of up to this long speak for spinning: a wait that slept includes being woken.
    private static let short: Nanoseconds = 200_000
    /// For how long it spins at most.
    package static let time: Nanoseconds = 80_000
    /// More messages at once come in batches, and batches are best left to grow.
    private static let fewMessages = 2

    private var score = 0
    private var messages = 0

    package init() {}

    /// A message has come.
    package mutating func received() {
        self.messages &+= 1
    }

    /// The thread has work again, after it had none for `wait`.
    package mutating func resumed(after wait: Nanoseconds) {
        self.score = wait <= Self.short ? min(32, self.score + 1) : max(0, self.score - 8)
    }

    /// The thread has no more work.
    ///
    /// - Returns: Whether to spin.
    package mutating func rested() -> Bool {
        defer { self.messages = 0 }
        return self.score >= 16 && self.messages <= Self.fewMessages
    }
}
