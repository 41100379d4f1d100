internal import Foundation

/// Starts a system that outlives the command that starts it.
package enum DetachedStart {
    /// Runs this executable again with `arguments`, in a session of its own, and waits until its
    /// system is ready.
    ///
    /// - Throws: `.serviceFailed` with the end of its log when it ended, or was not ready in time.
    package static func run(
        arguments: [String], layout: DevLayout, limit: Duration
    ) async throws -> DevState {
        try FileManager.default.createDirectory(
            atPath: layout.logs, withIntermediateDirectories: true)
        let log = layout.log("dev")
        LogFile.rotate(log)
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .path(percentEncoded: false)
        let pid = try ChildProcess.spawnDetached(program, arguments: arguments, log: log)
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let state = try? DevState.read(from: layout), state.ready,
                state.process?.pid == pid
            {
                return state
            }
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw DevError(
            .serviceFailed, "the system did not start:\n\(LogFile.tail(log))",
            hint: "The whole log is \(log).")
    }
}
