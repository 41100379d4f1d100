/// How much a sender of a stream may send before the receiver has taken what came before.
///
/// Pure. Both sides count the same: the bytes of each message's frame, its header included, so
/// that empty messages count too. A message may go while the count is below what was granted, so
/// the last one may go beyond it: even the largest message fits any window.
package struct FlowWindow: Hashable, Sendable {
    /// What a receiver lets come before it has taken anything, when nothing else was said.
    package static let size: UInt64 = 256 * 1024

    /// Counts what is sent and what may be sent.
    package struct Sender: Hashable, Sendable {
        private var sent: UInt64 = 0
        /// `nil`: the receiver does not count, and takes what the connection takes.
        private var granted: UInt64?

        package init(granted: UInt64?) {
            self.granted = granted
        }

        package var maySend: Bool { self.granted.map { self.sent < $0 } ?? true }

        package mutating func send(payload: Int) {
            self.sent += FlowWindow.cost(payload)
        }

        /// The receiver tells how much may be sent since the stream began. It never takes back.
        package mutating func grant(_ total: UInt64) {
            if let granted { self.granted = max(granted, total) }
        }

        /// The receiver does not count after all.
        package mutating func liftLimit() {
            self.granted = nil
        }

        /// What was granted so far; `nil` without a limit.
        package var total: UInt64? { self.granted }
    }

    /// Counts what has come and what was taken.
    package struct Receiver: Hashable, Sendable {
        private var taken: UInt64 = 0
        private var waiting: UInt64 = 0
        private var granted: UInt64
        private let window: UInt64

        package init(window: UInt64 = FlowWindow.size) {
            self.window = window
            self.granted = window
        }

        /// A message has come.
        ///
        /// - Returns: Whether there is room for it. A sender that counts never sees `false`; one
        ///   that does not may have four windows.
        package mutating func receive(payload: Int) -> Bool {
            guard self.waiting < 4 * self.window else { return false }
            self.waiting += FlowWindow.cost(payload)
            return true
        }

        /// A message was taken.
        ///
        /// - Returns: What to grant now, once half of the window was taken since the last time.
        package mutating func take(payload: Int) -> UInt64? {
            let cost = FlowWindow.cost(payload)
            self.waiting -= cost
            self.taken += cost
            let total = self.taken + self.window
            guard total - self.granted >= self.window / 2 else { return nil }
            self.granted = total
            return total
        }

        /// What is granted so far.
        package var total: UInt64 { self.granted }
    }

    static func cost(_ payload: Int) -> UInt64 { UInt64(payload + FrameHeader.size) }
}
