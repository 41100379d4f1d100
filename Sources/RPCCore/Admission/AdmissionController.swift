/// Decides which calls a server takes, so that those it takes are answered in time.
///
/// Pure. Four rules, in this order; Stripe has described them as the four that an API needs:
///
/// 1. a caller may call so often (off unless a rate is given);
/// 2. a caller may have so many calls at work;
/// 3. all together may have as many at work as ``AdaptiveLimit`` has learned, of which each
///    priority may use a share: the lowest are shed first;
/// 4. a thread that has computed for long without looking at its sockets, and hardly ever rests,
///    takes no more until it has looked: what waits there is late already.
package struct AdmissionController: Sendable {
    package struct Configuration: Hashable, Sendable {
        /// Calls a second of one caller, and how many at once after a pause; `nil`: any number.
        package var callerRate: Int?
        package var callerBurst: Int
        package var callerInFlight: Int
        package var limit: AdaptiveLimit.Configuration
        /// How long a thread may have computed when a call of the lowest priority is still taken;
        /// each next priority may find it at twice that. A burst may use all of it. Once calls had
        /// to be shed it is a quarter, until none had to be for `calm`: what waits then only adds
        /// to what every call waits for.
        package var budget: Nanoseconds
        package var calm: Nanoseconds
        /// The share of its time that a thread must have been busy lately before rule 4 counts.
        package var busyShare: Double

        package init(
            callerRate: Int? = nil, callerBurst: Int = 1000, callerInFlight: Int = 2048,
            limit: AdaptiveLimit.Configuration = .init(), budget: Nanoseconds = 32_000_000,
            calm: Nanoseconds = 500_000_000, busyShare: Double = 0.85
        ) {
            self.callerRate = callerRate
            self.callerBurst = callerBurst
            self.callerInFlight = callerInFlight
            self.limit = limit
            self.budget = budget
            self.calm = calm
            self.busyShare = busyShare
        }
    }

    package enum Reason: String, CaseIterable, Hashable, Sendable {
        case callerRate = "caller_rate"
        case callerInFlight = "caller_in_flight"
        case overloaded
        case utilization
    }

    package enum Verdict: Hashable, Sendable {
        case admit
        case shed(Reason, retryAfter: Nanoseconds)
    }

    /// How busy the thread is that a call has come to.
    package struct Load: Hashable, Sendable {
        /// Since it last looked at its sockets.
        package var busyFor: Nanoseconds
        /// Of its time lately, from 0 to 1.
        package var busyShare: Double

        package init(busyFor: Nanoseconds, busyShare: Double) {
            self.busyFor = busyFor
            self.busyShare = busyShare
        }
    }

    private struct Caller {
        var bucket: TokenBucket?
        var inFlight = 0
    }

    private let configuration: Configuration
    private var callers: [Caller]
    private var limit: AdaptiveLimit
    private var inFlight = 0
    /// Calls shed in a row: how long others are told to wait grows with it.
    private var shedInARow = 0
    /// Until when the budget is a quarter.
    private var tightUntil: Nanoseconds = 0

    /// - Parameter callers: How many there are; each is named by its number below that.
    package init(_ configuration: Configuration = Configuration(), callers: Int) {
        self.configuration = configuration
        let bucket = configuration.callerRate.map {
            TokenBucket(perSecond: $0, burst: configuration.callerBurst)
        }
        self.callers = Array(repeating: Caller(bucket: bucket), count: callers)
        self.limit = AdaptiveLimit(configuration.limit)
    }

    package var currentLimit: Int { self.limit.limit }

    /// A call has come. If it is admitted, ``ended(caller:latency:isSample:isLate:at:)`` must
    /// follow.
    ///
    /// - Parameter random: Any number: it spreads when those that are shed come again.
    package mutating func arrived(
        caller: Int, priority: Priority, load: Load, at now: Nanoseconds, random: UInt64
    ) -> Verdict {
        if let wait = self.callers[caller].bucket?.take(at: now) {
            return .shed(.callerRate, retryAfter: wait)
        }
        if self.callers[caller].inFlight >= self.configuration.callerInFlight {
            return self.shed(.callerInFlight, random)
        }
        if self.inFlight >= self.room(for: priority) { return self.shed(.overloaded, random) }
        let budget = self.configuration.budget << Nanoseconds(priority.rawValue)
        if load.busyFor > (now < self.tightUntil ? budget / 4 : budget),
            load.busyShare > self.configuration.busyShare
        {
            self.tightUntil = now + self.configuration.calm
            return self.shed(.utilization, random)
        }
        self.callers[caller].inFlight += 1
        self.inFlight += 1
        self.shedInARow = 0
        return .admit
    }

    /// A call that was admitted has ended.
    ///
    /// - Parameters:
    ///   - isSample: Whether its latency says how the server does: a stream's does not.
    ///   - isLate: It ran out of time.
    package mutating func ended(
        caller: Int, latency: Nanoseconds, isSample: Bool, isLate: Bool, at now: Nanoseconds
    ) {
        if isSample {
            self.limit.ended(latency: latency, inFlight: self.inFlight, isLate: isLate, at: now)
        }
        self.callers[caller].inFlight -= 1
        self.inFlight -= 1
    }

    /// The lowest priority leaves two fifths free, the highest nothing.
    private func room(for priority: Priority) -> Int {
        let limit = self.limit.limit
        return switch priority {
        case .background: max(1, limit * 12 / 20)
        case .normal: max(1, limit * 16 / 20)
        case .money: max(1, limit * 19 / 20)
        case .compensation: limit
        }
    }

    /// From 10 to 20 ms after the first, up to two seconds when many were shed in a row.
    private mutating func shed(_ reason: Reason, _ random: UInt64) -> Verdict {
        self.shedInARow = min(self.shedInARow + 1, 1 << 20)
        let steps = min(7, (self.shedInARow.bitWidth - self.shedInARow.leadingZeroBitCount) / 2)
        let least: Nanoseconds = 10_000_000 << Nanoseconds(steps)
        return .shed(reason, retryAfter: least + random % least)
    }
}
