internal import CLinux
internal import Foundation

/// A process of the system: its output goes to a log file, its input is a pipe that only we hold.
///
/// The child stops when its input ends, so it ends with us even when we are killed.
final class ChildProcess: Sendable {
    let identity: ProcessIdentity
    private let input: Int32
    private let end: Task<Int32, Never>

    /// Starts `program`, which is not told anything that is not in `environment`.
    init(
        _ program: String, arguments: [String], environment: [String: String], log: String
    ) throws(DevError) {
        var pipeEnds: [Int32] = [0, 0]
        guard pipe(&pipeEnds) == 0 else { throw Self.failure(program, errno) }
        let (childInput, ourEnd) = (pipeEnds[0], pipeEnds[1])
        defer { close(childInput) }
        // No other child may hold our end, or this one would not see it close.
        _ = fcntl(ourEnd, F_SETFD, FD_CLOEXEC)
        do throws(DevError) {
            let pid = try Self.spawn(
                program, arguments, environment, log: log, place: .group(input: childInput))
            guard let identity = ProcessIdentity(pid: pid) else {
                throw DevError(
                    .spawnFailed, "\(program) ended at once", hint: "Its log is \(log).")
            }
            self.identity = identity
            self.input = ourEnd
            self.end = Task { await Self.exitStatus(of: pid) }
        } catch {
            close(ourEnd)
            throw error
        }
    }

    deinit { close(self.input) }

    /// Waits for the end.
    ///
    /// - Returns: The exit status, or 128 and the signal's number.
    func wait() async -> Int32 { await self.end.value }

    /// Asks the process to stop, and ends it when it has not within `limit`.
    func stop(limit: Duration) async {
        self.identity.signal(SIGTERM)
        if await !self.identity.waitForEnd(limit: limit) { self.identity.signal(SIGKILL) }
        _ = await self.wait()
    }

    /// Starts a process that outlives us: in a session of its own, with an empty input.
    static func spawnDetached(
        _ program: String, arguments: [String], log: String
    ) throws(DevError) -> pid_t {
        try self.spawn(
            program, arguments, ProcessInfo.processInfo.environment, log: log, place: .session)
    }

    /// Where a process stands among the others.
    private enum Place {
        /// In a group of its own: Ctrl-C reaches the supervisor, which stops the children in
        /// order.
        case group(input: Int32)
        case session
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], log: String,
        place: Place
    ) throws(DevError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        switch place {
        case .group(let input):
            posix_spawn_file_actions_adddup2(&actions, input, 0)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        case .session:
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawnattr_setflags(&attributes, Self.newSession)
        }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Nothing else of ours: whoever started us may wait for the end of what it gave us.
        florin_spawn_close_from(&actions, 3)
        var pid: pid_t = 0
        let result = Self.withCStrings([program] + arguments) { argv in
            Self.withCStrings(environment.map { "\($0)=\($1)" }) { envp in
                posix_spawn(&pid, program, &actions, &attributes, argv, envp)
            }
        }
        guard result == 0 else { throw self.failure(program, result) }
        return pid
    }

    /// `POSIX_SPAWN_SETSID` of spawn.h, which Glibc's module leaves out.
    private static let newSession: Int16 = 0x80

    /// Blocks a thread of its own: `waitpid` has no other way to be waited for.
    private static func exitStatus(of pid: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }.start()
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }

    private static func failure(_ program: String, _ number: Int32) -> DevError {
        DevError(
            .spawnFailed, "cannot start \(program): \(String(cString: strerror(number)))",
            hint: "Build it with: swift build")
    }
}
