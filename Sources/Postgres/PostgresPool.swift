internal import Glibc
package import Logging

/// A bounded pool of connections to one database.
///
/// Opens connections as they are needed, up to the configured number, and reopens lost ones with
/// backoff. ``close()`` it when done.
package final class PostgresPool: Sendable {
    let configuration: PostgresConfiguration
    let core: PoolCore

    /// Starts the pool's thread; connections follow with the first callers.
    ///
    /// - Throws: `.connectionFailed` when the process has no file descriptors left.
    package init(configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        self.configuration = configuration
        self.core = try PoolCore(configuration: configuration, logger: logger)
        try DriverThread.start(core: self.core, configuration: configuration)
    }

    deinit { self.core.close() }

    /// Refuses new callers, lets running transactions end, and closes all connections.
    nonisolated(nonsending) package func close() async {
        self.core.close()
        await self.core.closed()
    }

    /// Runs one statement in a transaction of its own.
    ///
    /// - Throws: ``PostgresError``. After `.connectionLost` and `.timeout` it may have run.
    @discardableResult
    nonisolated(nonsending) package func query(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) async throws(PostgresError) -> [PostgresRow] {
        try await self.pipeline([PostgresStatement(sql, parameters)]).first?.rows ?? []
    }

    /// Runs the statements in one round trip and one transaction: all happen or none does.
    ///
    /// - Returns: One result for each statement.
    /// - Throws: The error of the first statement that failed; see ``query(_:_:)``.
    @discardableResult
    nonisolated(nonsending) package func pipeline(
        _ statements: [PostgresStatement]
    ) async throws(PostgresError) -> [PostgresResult] {
        var encoded: [EncodedStatement] = []
        for statement in statements { encoded.append(try EncodedStatement(statement)) }
        let connection = try await self.core.lease()
        let reply = await self.core.run(
            .statements(encoded), on: connection, timeout: self.configuration.statementTimeout)
        if reply.isIdle { self.core.release(connection) } else { self.core.discard(connection) }
        switch reply.outcome {
        case .success(let results): return results.map(PostgresResult.init)
        case .failure(let error): throw error
        }
    }
}

/// The thread on which a pool's ``Driver`` lives.
private enum DriverThread {
    private final class Start {
        let core: PoolCore
        let configuration: PostgresConfiguration

        init(core: PoolCore, configuration: PostgresConfiguration) {
            self.core = core
            self.configuration = configuration
        }
    }

    static func start(
        core: PoolCore, configuration: PostgresConfiguration
    ) throws(PostgresError) {
        let start = unsafe Unmanaged.passRetained(Start(core: core, configuration: configuration))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                DriverThread.run(unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw PostgresError(.connectionFailed, detail: "pthread_create: \(code)")
        }
        pthread_detach(thread)
    }

    private static func run(_ start: Start) {
        let core = start.core
        do throws(PostgresError) {
            var driver = Driver(
                core: core, configuration: start.configuration, poller: try Poller())
            driver.run()
        } catch {
            core.openFailed(ConnectionID(rawValue: 0), error)
        }
        core.finished()
    }
}
