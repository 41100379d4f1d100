/// Decides when a client connects.
///
///     idle ──call──▶ connecting ──up──▶ ready ──lost──▶ idle, or resting if it never served
///      ▲               │    ▲
///      │          failed    │ rested, calls wait
///      │               ▼    │
///      └──rested──── resting
///
/// Pure: randomness is handed in, waiting is done by whoever runs it. A rest grows with each
/// failure in a row, and is spread so that many clients of a server that comes back do not all
/// come at once.
package struct ReconnectStateMachine: Hashable, Sendable {
    /// gRPC's factor and spread, with shorter ends: services here are one machine or one rack away.
    package struct Backoff: Hashable, Sendable {
        package var first: Duration
        package var longest: Duration
        package var factor: Double
        /// Share of a rest by which it is made longer or shorter at most.
        package var jitter: Double

        package init(
            first: Duration = .milliseconds(50), longest: Duration = .seconds(2),
            factor: Double = 1.6, jitter: Double = 0.2
        ) {
            self.first = first
            self.longest = longest
            self.factor = factor
            self.jitter = jitter
        }

        /// The rest after `failures` failures in a row.
        func rest(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
            var rest = self.first
            for _ in 1..<max(failures, 1) where rest < self.longest { rest = rest * self.factor }
            let spread = Double.random(in: (1 - self.jitter)...(1 + self.jitter), using: &random)
            return min(rest, self.longest) * spread
        }
    }

    package enum OnCall: Hashable, Sendable {
        case send
        case queue
        case queueAndConnect
        case refuse
    }

    package enum OnLoss: Hashable, Sendable {
        case wait
        case rest(Duration)
    }

    private enum State: Hashable, Sendable {
        case idle
        case connecting
        case ready
        case resting
        case closed
    }

    private var state: State = .idle
    private var failures = 0
    private let backoff: Backoff

    package init(backoff: Backoff = Backoff()) {
        self.backoff = backoff
    }

    package var isClosed: Bool { self.state == .closed }

    package mutating func called() -> OnCall {
        switch self.state {
        case .idle:
            self.state = .connecting
            return .queueAndConnect
        case .connecting, .resting:
            return .queue
        case .ready:
            return .send
        case .closed:
            return .refuse
        }
    }

    /// The handshake is done.
    ///
    /// - Returns: Whether the connection is wanted.
    package mutating func connected() -> Bool {
        switch self.state {
        case .connecting:
            self.state = .ready
            return true
        case .idle, .ready, .resting, .closed:
            return false
        }
    }

    package mutating func connectFailed(using random: inout some RandomNumberGenerator) -> OnLoss {
        switch self.state {
        case .connecting:
            return self.rest(using: &random)
        case .idle, .ready, .resting, .closed:
            return .wait
        }
    }

    /// The connection has gone, or takes no more calls.
    ///
    /// - Parameter hasServed: Whether it has brought an answer. One that never did, such as one
    ///   whose server refuses our certificate, is not tried again at once.
    package mutating func lost(
        hasServed: Bool, using random: inout some RandomNumberGenerator
    ) -> OnLoss {
        switch self.state {
        case .ready:
            if hasServed {
                self.failures = 0
                self.state = .idle
                return .wait
            }
            return self.rest(using: &random)
        case .idle, .connecting, .resting, .closed:
            return .wait
        }
    }

    /// The rest is over.
    ///
    /// - Returns: Whether to connect: only if somebody waits for it.
    package mutating func rested(callsWait: Bool) -> Bool {
        switch self.state {
        case .resting:
            self.state = callsWait ? .connecting : .idle
            return callsWait
        case .idle, .connecting, .ready, .closed:
            return false
        }
    }

    package mutating func close() {
        self.state = .closed
    }

    private mutating func rest(using random: inout some RandomNumberGenerator) -> OnLoss {
        self.failures += 1
        self.state = .resting
        return .rest(self.backoff.rest(after: self.failures, using: &random))
    }
}
