internal import GatewayCore

/// A log of events that others read, each at its own pace.
protocol EventBroker: Sendable {
    /// Publishes each run's events in their order. An event that the broker has already, by its id,
    /// counts as published and is not there twice.
    ///
    /// - Parameter limit: For all of it, connecting excepted, which has a limit of its own.
    /// - Returns: What came of each run. None of a run's events is in the log behind a gap.
    /// - Throws: ``BrokerProblem`` when that is not known: any of them may be in the log.
    func publish(_ runs: [EventRun], within limit: Duration) async throws -> [EventRun.Outcome]

    func close() async
}

/// The next events to be published of one account in one mode.
struct EventRun: Sendable {
    struct Outcome: Sendable {
        /// How many of its first events the broker has.
        let published: Int
        /// Why it has not the others.
        let problem: BrokerProblem?
    }

    let scope: Scope
    /// The number of the event before the first.
    let position: Int64
    /// The number of the account's last event.
    let last: Int64
    /// Empty when all up to the last are so old that they have been removed.
    let events: [Event]

    /// The number of the last event that need not be published any more.
    func position(published count: Int) -> Int64 {
        guard !self.events.isEmpty else { return self.last }
        return count > 0 ? self.events[count - 1].sequence : self.position
    }
}

/// Why events were not published, and what to do about it: for operators, without secrets.
struct BrokerProblem: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String
    let hint: String
}
