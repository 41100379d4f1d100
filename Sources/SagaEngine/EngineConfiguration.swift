/// The figures an engine runs by.
package struct EngineConfiguration: Hashable, Sendable {
    /// How long a saga belongs to an engine that is not heard of.
    package var lease: Duration
    /// How many sagas are driven at once; more wait in the store.
    package var concurrency: Int
    /// How often sagas that are due are looked for.
    package var sweepInterval: Duration
    /// A saga that rests longer gives up its lease meanwhile.
    package var longestRestInMemory: Duration
    /// How often a waiting caller looks whether another engine has ended its saga.
    package var pollInterval: Duration

    package init(
        lease: Duration = .seconds(10), concurrency: Int = 2048,
        sweepInterval: Duration = .milliseconds(500),
        longestRestInMemory: Duration = .seconds(1), pollInterval: Duration = .milliseconds(250)
    ) {
        self.lease = lease
        self.concurrency = concurrency
        self.sweepInterval = sweepInterval
        self.longestRestInMemory = longestRestInMemory
        self.pollInterval = pollInterval
    }
}
