internal import Identifiers

extension Ledger {
    /// Creates events in chains: each ends with the first event that is not linked to the next, and
    /// happens whole or not at all.
    ///
    /// A chain of which every event exists already, equal in all, is a repeat: each answers
    /// `exists`. (TigerBeetle answers so for the first only, and `linked_event_failed` for the
    /// rest; its sender then has to look up whether all is well.)
    mutating func createChains<Event>(
        of events: [Event], at time: Timestamp, isLinked: (Event) -> Bool,
        isThere: (Ledger, Event) -> Bool,
        create: (inout Ledger, Event, Timestamp) -> ResultCode
    ) -> [ResultCode] {
        var results: [ResultCode] = []
        results.reserveCapacity(events.count)
        var start = 0
        while start < events.count {
            // Most events are chains of one.
            if !isLinked(events[start]) {
                results.append(create(&self, events[start], time + .microseconds(start)))
                start += 1
                continue
            }
            let end = events[start...].firstIndex { !isLinked($0) }.map { $0 + 1 } ?? events.count
            let chain = events[start..<end]
            if !isLinked(events[end - 1]), chain.allSatisfy({ isThere(self, $0) }) {
                results += chain.map { _ in .exists }
            } else {
                results += self.createChain(
                    chain, at: time, isOpen: isLinked(events[end - 1]), create: create)
            }
            start = end
        }
        return results
    }

    private mutating func createChain<Event>(
        _ chain: ArraySlice<Event>, at time: Timestamp, isOpen: Bool,
        create: (inout Ledger, Event, Timestamp) -> ResultCode
    ) -> [ResultCode] {
        let mark = self.mark
        var results: [ResultCode] = []
        var isBroken = false
        for (index, event) in zip(chain.indices, chain) {
            let result: ResultCode
            if isOpen, index == chain.endIndex - 1 {
                result = .linkedEventChainOpen
            } else if isBroken {
                result = .linkedEventFailed
            } else {
                result = create(&self, event, time + .microseconds(index))
            }
            if result != .created, !isBroken {
                isBroken = true
                self.refuse(since: mark)
                results = results.map { _ in .linkedEventFailed }
            }
            results.append(result)
        }
        return results
    }
}
