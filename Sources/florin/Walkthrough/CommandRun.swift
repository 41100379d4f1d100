internal import Foundation

/// Runs this executable as a command of its own.
enum CommandRun {
    /// - Returns: The exit status, and standard output followed by standard error.
    static func run(_ arguments: [String], data: String) async throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["FLORIN_DATA": data]) {
            _, ours in ours
        }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let reader = pipe.fileHandleForReading
        let output = try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try reader.readToEnd() ?? Data() }) }
                .start()
        }
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
