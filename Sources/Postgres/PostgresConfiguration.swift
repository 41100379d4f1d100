/// How a pool connects and how long it waits. Never prints its DSN, which may hold a password.
package struct PostgresConfiguration: Sendable {
    /// A libpq connection string, key=value or URI, several hosts included.
    package var dsn: String
    /// The most connections the pool opens.
    package var connections: Int
    /// The most callers that may wait for a connection; the next one gets `.poolExhausted`.
    package var waiters: Int
    /// How long a caller waits for a connection before `.poolExhausted`.
    package var acquireTimeout: Duration
    /// How long one round trip's statements may run before they are cancelled.
    package var statementTimeout: Duration
    /// How long opening one connection may take, all hosts together.
    package var connectTimeout: Duration
    /// How long a connection may lie idle before it is closed.
    package var idleTimeout: Duration
    /// How many prepared statements each connection keeps; the least recently used makes room.
    package var preparedStatements: Int
    /// How often a transaction is run before its serialization failure is the caller's.
    package var transactionAttempts: Int
    /// Settings of the server that every session begins with.
    package var session: [String: String] = [:]

    package init(
        dsn: String, connections: Int = 4, waiters: Int = 4096,
        acquireTimeout: Duration = .seconds(5), statementTimeout: Duration = .seconds(30),
        connectTimeout: Duration = .seconds(5), idleTimeout: Duration = .seconds(300),
        preparedStatements: Int = 256, transactionAttempts: Int = 10
    ) {
        self.dsn = dsn
        self.connections = max(connections, 1)
        self.waiters = waiters
        self.acquireTimeout = acquireTimeout
        self.statementTimeout = statementTimeout
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.preparedStatements = max(preparedStatements, 1)
        self.transactionAttempts = max(transactionAttempts, 1)
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    package var description: String { "PostgresConfiguration(\(self.connections) connections)" }
    package var customMirror: Mirror { Mirror(self, children: ["connections": self.connections]) }
}

extension PostgresConfiguration {
    /// For services, whose statements are few, run often, and find rows by keys.
    ///
    /// A plan that was made while the tables were small, or before they were ever looked through,
    /// reads them whole, and goes on so when they have grown: scans, and joins that need them, are
    /// made dear. Where a scan is all there is, the server would then compile the statement, for a
    /// tenth of a second. Nor are workers worth starting: a plan that expects a third of a large table
    /// does so for twenty times what finding its few rows takes. And a statement is planned once, not
    /// anew for each set of values: planning one that writes many columns takes longer than running it.
    package static let manySmallStatements = [
        "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off",
        "max_parallel_workers_per_gather": "0", "plan_cache_mode": "force_generic_plan",
    ]
}
