internal import DevSystem
internal import Foundation

/// The `florin` executable, and those of the services, run as a person would.
package enum FlorinProgram {
    package struct Outcome: Hashable, Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Runs a command to its end.
    ///
    /// - Parameter data: The data folder, given as `FLORIN_DATA`.
    package static func run(
        _ arguments: String..., data: String = "/nowhere", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await self.run(arguments, data: data, environment: environment)
    }

    /// - Parameter program: Another one of the executables, such as `florin-fx`.
    package static func run(
        _ arguments: [String], data: String, environment: [String: String] = [:],
        program: String = "florin"
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = URL(
            filePath: DevOptions(layout: DevLayout(data: data)).programs + "/" + program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["FLORIN_DATA": data, "COLUMNS": "80"]) { _, ours in ours }
            .merging(environment) { _, given in given }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        async let outputText = Self.readToEnd(output)
        async let errorText = Self.readToEnd(errors)
        let texts = try await (outputText, errorText)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: texts.0, errors: texts.1)
    }

    private static func readToEnd(_ pipe: Pipe) async throws -> String {
        let reader = pipe.fileHandleForReading
        let data = try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try reader.readToEnd() ?? Data() }) }
                .start()
        }
        return String(decoding: data, as: UTF8.self)
    }
}
