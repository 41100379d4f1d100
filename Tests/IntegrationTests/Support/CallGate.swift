/// Decides at which call a ``RecordProxy`` stops the traffic.
///
/// Between two of our services a call is one TLS record each way while only one is in flight,
/// so records are counted in place of calls: nothing has to be decrypted.
struct CallGate: Sendable {
    /// On which side of a call's effect the traffic stops.
    enum Moment: String, CaseIterable, Sendable {
        /// The request never arrives: nothing has happened.
        case beforeTheEffect
        /// The answer never arrives: it has happened, and the caller does not know.
        case afterTheEffect
    }

    private enum State {
        case open
        case armed(Moment, remaining: Int)
        case tripped
    }
    private var state = State.open

    /// Stops at the `call`-th call from now, counted from 1.
    mutating func arm(_ moment: Moment, atCall call: Int) {
        self.state = .armed(moment, remaining: call)
    }

    var isArmed: Bool {
        if case .armed = self.state { true } else { false }
    }

    mutating func open() {
        self.state = .open
    }

    /// A record has come by. Whether it is to be withheld, and whether that is new.
    mutating func record(isRequest: Bool) -> (withhold: Bool, trips: Bool) {
        switch self.state {
        case .open:
            return (false, false)
        case .tripped:
            return (true, false)
        case .armed(let moment, let remaining):
            guard isRequest == (moment == .beforeTheEffect) else { return (false, false) }
            if remaining > 1 {
                self.state = .armed(moment, remaining: remaining - 1)
                return (false, false)
            }
            self.state = .tripped
            return (true, true)
        }
    }
}
