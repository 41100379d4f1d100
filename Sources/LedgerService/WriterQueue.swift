internal import RPC

/// The requests that wait for the writer, and the callers behind them.
///
/// Bounded by events, which is what costs memory and time, so that in overload callers are told at
/// once instead of waiting until they have given up.
struct WriterQueue {
    typealias Caller = CheckedContinuation<LedgerAnswer, Never>

    struct Waiting {
        let request: LedgerRequest
        let caller: Caller
    }

    private var waiting: [Waiting] = []
    private var eventCount = 0
    private var isClosed = false
    private let eventLimit: Int

    init(eventLimit: Int) {
        self.eventLimit = eventLimit
    }

    /// - Throws: `unavailable` if the queue is full, `draining` if it is closed. The request has
    ///   not run and will not.
    mutating func append(_ request: LedgerRequest, _ caller: Caller) throws(RPCError) {
        guard !self.isClosed else {
            throw .unavailable(
                "the ledger is shutting down", reason: .draining, mayHaveRun: false)
        }
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

    mutating func close() {
        self.isClosed = true
    }
}
