internal import Foundation

/// A private PostgreSQL in a folder: nothing of it is shared with the system's own.
///
///     <folder>/data               the cluster, owned by the user who runs the server
///     <folder>/socket             its unix socket (elsewhere when the path would be too long)
///     <folder>/secrets            the generated passwords, 0600
///     <folder>/postgres.log       what the server had to say since its last start
///
/// Durable as in production: `fsync` and `synchronous_commit` are on.
package struct PostgresCluster: Sendable {
    package struct Options: Sendable {
        /// Listens on this port of 127.0.0.1 too; only on the unix socket when `nil`.
        package var port: Int?
        /// The server is interrupted when our process dies, however that happens.
        package var diesWithParent = true
        /// Makes the cluster without waiting for the disk. It is as durable as any afterwards.
        package var hastyCreation = false
        package var maximumConnections = 200

        package init() {}
    }

    package let folder: String
    package let options: Options
    let binaries: PostgresBinaries

    /// - Parameter folder: Made when it is not there; relative to the working folder.
    /// - Throws: `.binariesNotFound`, `.noServerUser`
    package init(folder: String, options: Options = Options()) throws(PostgresClusterError) {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.options = options
        self.binaries = try PostgresBinaries.find()
    }

    var dataFolder: String { "\(self.folder)/data" }
    var logFile: String { "\(self.folder)/postgres.log" }
    var port: Int { self.options.port ?? 5432 }

    /// Makes the cluster if there is none, and starts the server unless it runs already.
    ///
    /// - Throws: ``PostgresClusterError``
    package func start() async throws(PostgresClusterError) {
        if self.runningProcess != nil { return try await self.waitUntilReady(nil) }
        try self.prepareFolders()
        if !FileManager.default.fileExists(atPath: "\(self.dataFolder)/PG_VERSION") {
            try await self.create()
        }
        // Left behind by a killed server. Its number may be someone else's by now, which would
        // keep the server from starting.
        unlink("\(self.dataFolder)/postmaster.pid")
        let child = try await PostgresProgram.start(
            self.binaries.command(
                "postgres", self.serverArguments, diesWithParent: self.options.diesWithParent),
            log: self.logFile)
        try await self.waitUntilReady(child)
    }

    /// Stops the server as PostgreSQL's "fast" does: transactions are rolled back, nothing
    /// committed is lost. Does nothing when it does not run.
    ///
    /// - Throws: `.notStopped` after 30 seconds.
    package func stop() async throws(PostgresClusterError) {
        guard let server = self.runningProcess else { return }
        server.signal(SIGINT)
        guard await server.waitForEnd(limit: .seconds(30)) else { throw .notStopped }
    }

    /// The server's process, if it runs: the one named in the cluster that also works in it.
    package var runningProcess: ProcessIdentity? {
        guard let text = self.lockFile.first, let pid = Int32(text) else { return nil }
        let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        return folder == self.dataFolder ? ProcessIdentity(pid: pid) : nil
    }

    /// The lines of `postmaster.pid`: process id, folder, start, port, socket folder, address,
    /// shared memory, status.
    private var lockFile: [String] {
        let path = "\(self.dataFolder)/postmaster.pid"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    private var serverArguments: [String] {
        let settings = [
            "listen_addresses": self.options.port == nil ? "" : "127.0.0.1",
            "port": "\(self.port)",
            "unix_socket_directories": self.socketFolder,
            "max_connections": "\(self.options.maximumConnections)",
            "fsync": "on",
            "synchronous_commit": "on",
            "max_wal_size": "4GB",
            "password_encryption": "scram-sha-256",
            // Compiling a statement takes longer than any of ours runs.
            "jit": "off",
        ]
        return ["-D", self.dataFolder]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func waitUntilReady(_ child: ProcessIdentity?) async throws(PostgresClusterError) {
        let isReady = await Self.becomesTrue(within: .seconds(60)) {
            self.isReady || child?.isRunning == false
        }
        guard isReady, self.isReady else { throw .notReady(log: self.endOfLog) }
    }

    private var isReady: Bool {
        let lines = self.lockFile
        return lines.count >= 8 && lines[7] == "ready" && self.runningProcess != nil
    }

    private var endOfLog: String {
        let log = (try? String(contentsOfFile: self.logFile, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").suffix(5).joined(separator: "; ")
    }

    /// Asks again every 10 milliseconds, since neither a file nor a foreign process calls back.
    private static func becomesTrue(
        within limit: Duration, _ condition: @Sendable () -> Bool
    ) async -> Bool {
        let end = ContinuousClock.now + limit
        while !condition() {
            if ContinuousClock.now >= end { return false }
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                return condition()
            }
        }
        return true
    }
}
