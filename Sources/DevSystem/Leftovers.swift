internal import Foundation

/// What a supervisor that was killed has left behind.
package enum Leftovers {
    /// Ends the services that `dev.json` names and that still run, and takes the file away. Only
    /// for whoever holds the folder's lock.
    static func remove(from layout: DevLayout) async {
        guard let state = try? DevState.read(from: layout) else { return }
        let processes = state.services.values.compactMap(\.process).filter(\.isRunning)
        for process in processes { process.signal(SIGTERM) }
        for process in processes where await !process.waitForEnd(limit: .seconds(10)) {
            process.signal(SIGKILL)
            _ = await process.waitForEnd(limit: .seconds(5))
        }
        DevState.remove(from: layout)
    }
}

extension DevSystem {
    /// Stops the system that runs on the data folder, from another process; of one whose
    /// supervisor was killed, what is left.
    ///
    /// - Throws: `.notRunning` when nothing is there; `.serviceFailed` when it does not stop.
    package static func stopRunning(on layout: DevLayout) async throws {
        let state = try DevState.read(from: layout)
        if let supervisor = state.process, supervisor.isRunning {
            supervisor.signal(SIGTERM)
            guard await supervisor.waitForEnd(limit: .seconds(120)) else {
                throw DevError(
                    .serviceFailed, "process \(supervisor.pid) does not stop",
                    hint:
                        "Look into \(layout.log("dev")), or end it with: kill -9 \(supervisor.pid)")
            }
            return
        }
        let lock = try FolderLock(layout)
        await Leftovers.remove(from: layout)
        try await PostgresCluster(folder: state.postgres.data).stop()
        withExtendedLifetime(lock) {}
    }
}
