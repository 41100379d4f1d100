internal import Foundation

/// Runs programs: an array of arguments, never a shell, and no environment of ours but the PATH.
enum PostgresProgram {
    /// Runs a program to its end.
    ///
    /// - Throws: `.programFailed` with what it wrote when its status is not 0.
    static func run(_ command: [String]) async throws(PostgresClusterError) {
        let (status, output) = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Self.runToEnd(command)) }
        }
        guard status == 0 else {
            throw .programFailed(command.first ?? "", status: status, output: output)
        }
    }

    /// Starts a program whose output goes to the end of `log`.
    ///
    /// It gets a thread of its own that lives as long as it does: the kernel tells the program
    /// of our death by the end of the thread that started it.
    static func start(_ command: [String], log: String) async throws(PostgresClusterError)
        -> ProcessIdentity
    {
        let result: Result<ProcessIdentity, PostgresClusterError> = await withCheckedContinuation {
            continuation in
            Thread.detachNewThread {
                let process = Self.process(command)
                _ = FileManager.default.createFile(
                    atPath: log, contents: nil, attributes: [.posixPermissions: 0o600])
                let output = FileHandle(forWritingAtPath: log) ?? .nullDevice
                process.standardOutput = output
                process.standardError = output
                do {
                    try process.run()
                } catch {
                    let failure = PostgresClusterError.programFailed(
                        command.first ?? "", status: -1, output: "\(error)")
                    return continuation.resume(returning: .failure(failure))
                }
                guard let identity = ProcessIdentity(pid: process.processIdentifier) else {
                    return continuation.resume(returning: .failure(.notReady(log: "")))
                }
                continuation.resume(returning: .success(identity))
                process.waitUntilExit()
            }
        }
        return try result.get()
    }

    private static func runToEnd(_ command: [String]) -> (Int32, String) {
        let process = Self.process(command)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        } catch {
            return (-1, "\(error)")
        }
    }

    private static func process(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command.first ?? "")
        process.arguments = Array(command.dropFirst())
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        return process
    }
}
