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
    mutating func append(_ request: LedgerRequest, _ caller: Caller) throws(RPCError) {
        if let reason = self.closedBecause { throw reason }
        // One request is always let in, however large.
        guard self.waiting.isEmpty || self.eventCount + request.eventCount <= self.eventLimit
        else {
            throw .unavailable(
                "the ledger has more to do than it can; try again later", mayHaveRun: false)
        }
        self.waiting.append(Waiting(request: request, caller: caller))
        self.eventCount += request.eventCount
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
        let batch = Array(self.waiting[..<end])
        self.waiting.removeFirst(end)
        self.eventCount -= batch.reduce(0) { $0 + $1.request.eventCount }
        return batch
    }

    mutating func open() {
        self.closedBecause = nil
    }

    mutating func close(because reason: RPCError) {
        self.closedBecause = reason
    }
}
