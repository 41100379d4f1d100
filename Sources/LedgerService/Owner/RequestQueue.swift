internal import RPC

/// The requests that wait for the owner, and the callers behind them.
///
/// Bounded by events, which is what costs memory and time, so that in overload callers are told at
/// once instead of waiting until they have given up.
struct RequestQueue {
    typealias Caller = CheckedContinuation<LedgerAnswer, Never>

    struct Waiting {
        let request: LedgerRequest
        let caller: Caller
        let since: ContinuousClock.Instant
    }

    private var waiting: [Waiting] = []
    private var eventCount = 0
    /// Why nothing is let in; `nil` while the queue is open.
    private var closedBecause: RPCError?
    private let eventLimit: Int

    init(eventLimit: Int) {
        self.eventLimit = eventLimit
    }

    var isEmpty: Bool { self.waiting.isEmpty }

    /// - Throws: `unavailable` if the queue is full, or why it is closed. The request has not run
    ///   and will not.
    mutating func append(
        _ request: LedgerRequest, _ caller: Caller, at now: ContinuousClock.Instant = .now
    ) throws(RPCError) {
        if let reason = self.closedBecause { throw reason }
        // One request is always let in, however large.
        guard self.waiting.isEmpty || self.eventCount + request.eventCount <= self.eventLimit
        else {
            throw .unavailable(
                "the ledger has more to do than it can; try again later", mayHaveRun: false)
        }
        self.waiting.append(Waiting(request: request, caller: caller, since: now))
        self.eventCount += request.eventCount
    }

    /// Takes the requests that came before the given moment: their callers have given up.
    mutating func takeLate(before moment: ContinuousClock.Instant) -> [Waiting] {
        self.takeFirst(self.waiting.prefix { $0.since < moment }.count)
    }

    /// Takes the oldest requests with at most so many events together, and always one if there is
    /// one.
    mutating func takeBatch(events limit: Int) -> [Waiting] {
        var count = 0
        var end = 0
        while end < self.waiting.count {
            count += self.waiting[end].request.eventCount
            guard end == 0 || count <= limit else { break }
            end += 1
        }
        return self.takeFirst(end)
    }

    private mutating func takeFirst(_ count: Int) -> [Waiting] {
        let first = Array(self.waiting[..<count])
        self.waiting.removeFirst(count)
        self.eventCount -= first.reduce(0) { $0 + $1.request.eventCount }
        return first
    }

    mutating func open() {
        self.closedBecause = nil
    }

    mutating func close(because reason: RPCError) {
        self.closedBecause = reason
    }
}
