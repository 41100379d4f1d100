internal import Foundation
internal import Postgres
internal import ServiceKit
internal import TLS

/// A whole Florin on this machine: certificates, a private PostgreSQL, and a process for each
/// service, started in order, kept alive and stopped in reverse order.
///
/// Everything lies in one data folder; `dev.json` in it tells programs where everything is.
package actor DevSystem {
    package nonisolated let options: DevOptions
    package private(set) var state: DevState
    private let lock: FolderLock
    private let databases: DatabaseSetup
    private let report: @Sendable (String) -> Void
    private var children: [String: ChildProcess] = [:]
    private var keepers: [String: Task<Void, Never>] = [:]
    private var isStopping = false

    private nonisolated var layout: DevLayout { self.options.layout }

    /// Starts the system and waits until every service is healthy. What was started is stopped
    /// again when that fails.
    ///
    /// - Parameter report: Takes a line for people about each step.
    /// - Throws: ``DevError``, and what certificates and PostgreSQL throw.
    package static func start(
        _ options: DevOptions, report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> DevSystem {
        let system = try await self.prepare(options, report: report)
        do {
            for entry in ServiceCatalog.entries { try await system.start(entry) }
            try await system.waitUntilHealthy()
            return system
        } catch {
            // In a task of its own: one that was cancelled could not wait for processes to end.
            await Task { await system.stop() }.value
            throw error
        }
    }

    private static func prepare(
        _ options: DevOptions, report: @escaping @Sendable (String) -> Void
    ) async throws -> DevSystem {
        for folder in [options.layout.data, options.layout.logs] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        let lock = try FolderLock(options.layout)
        await Leftovers.remove(from: options.layout)
        report("certificates  \(options.layout.certificates)")
        try CertificateSetup.prepare(options.layout.certificates)
        let setup = try DatabaseSetup(options)
        report("PostgreSQL    \(setup.cluster.folder)")
        do {
            let databases = try await setup.start()
            let state = try DevState.planned(options, databases, setup.cluster, report: report)
            return DevSystem(options, state: state, lock: lock, databases: setup, report: report)
        } catch {
            try? await setup.cluster.stop()
            throw error
        }
    }

    private init(
        _ options: DevOptions, state: DevState, lock: FolderLock, databases: DatabaseSetup,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.options = options
        self.state = state
        self.lock = lock
        self.databases = databases
        self.report = report
    }

    /// Stops all services, orchestrator first, then PostgreSQL, and takes `dev.json` away.
    package func stop() async {
        guard !self.isStopping else { return }
        self.isStopping = true
        for entry in ServiceCatalog.entries.reversed() {
            guard let child = self.children[entry.name] else { continue }
            await child.stop(limit: .seconds(25))
            await self.keepers[entry.name]?.value
        }
        do {
            try await self.databases.cluster.stop()
        } catch {
            self.report("PostgreSQL did not stop: \(error)")
        }
        DevState.remove(from: self.layout)
    }

    /// Ends every service at once, for those who cannot wait for ``stop()``.
    package func kill() {
        self.isStopping = true
        for child in self.children.values { child.identity.signal(SIGKILL) }
    }

    private func start(_ entry: ServiceCatalog.Entry) throws(DevError) {
        LogFile.rotate(self.layout.log(entry.name))
        try self.launch(entry)
        self.keepers[entry.name] = Task { await self.keep(entry) }
    }

    /// Starts the process and notes it where a later start finds it, should we be killed.
    private func launch(_ entry: ServiceCatalog.Entry) throws(DevError) {
        let child = try ChildProcess(
            "\(self.options.programs)/\(entry.program)", arguments: [],
            environment: self.environment(of: entry), log: self.layout.log(entry.name))
        self.children[entry.name] = child
        self.state.services[entry.name]?.process = child.identity
        try self.state.write(to: self.layout)
    }

    /// Starts the service again each time it has ended, until the system stops.
    private func keep(_ entry: ServiceCatalog.Entry) async {
        let first = Backoff(first: .milliseconds(100), cap: self.options.restartDelay)
        var backoff = first
        while let child = self.children[entry.name] {
            let started = ContinuousClock.now
            let status = await child.wait()
            guard !self.isStopping, self.state.ready else { return }
            if ContinuousClock.now - started > .seconds(30) { backoff = first }
            self.report("\(entry.program) ended with status \(status) and is started again")
            try? await Task.sleep(for: backoff.next())
            guard !self.isStopping else { return }
            do {
                try self.launch(entry)
            } catch {
                self.report("\(error)")
                return
            }
        }
    }

    func markReady(_ gateway: DevState.Gateway?) throws(DevError) {
        self.state.gateway = gateway
        self.state.ready = true
        try self.state.write(to: self.layout)
        for entry in ServiceCatalog.entries.reversed() {
            guard let service = self.state.services[entry.name] else { continue }
            self.report(
                "\(entry.name.padding(toLength: 13, withPad: " ", startingAt: 0)) "
                    + "\(service.address)  process \(service.process?.pid ?? 0)")
        }
    }
}
