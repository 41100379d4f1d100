internal import DevSystem
internal import Foundation
internal import TestKit

/// Runs a program at the root of the source tree, with the built `florin` first on the PATH.
enum Shell {
    struct Outcome: Sendable {
        let status: Int32
        /// Standard output and errors.
        let text: String
    }

    static func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
        let folder = try EphemeralFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transcript = "\(folder)/transcript"
        try Data().write(to: URL(filePath: transcript))
        let output = try FileHandle(forWritingTo: URL(filePath: transcript))
        let process = Process()
        process.executableURL = URL(filePath: self.path(of: program))
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: Deployment.repository)
        let programs = DevOptions(layout: DevLayout(data: ".")).programs
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PATH": "\(programs):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        ]) { _, ours in ours }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return Outcome(
            status: status, text: try String(contentsOfFile: transcript, encoding: .utf8))
    }

    private static func path(of program: String) -> String {
        program.hasPrefix("/") ? program : "\(Deployment.repository)/\(program)"
    }
}
