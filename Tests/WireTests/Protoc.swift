import Foundation

/// Google's own encoder and decoder, to compare ours with.
enum Protoc {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "proto")

    static func encode(_ text: String, as message: String) throws -> [UInt8] {
        [UInt8](try self.run(["--encode=\(message)"], input: Data(text.utf8)))
    }

    /// - Returns: The message in protobuf's text format.
    static func decode(_ bytes: [UInt8], as message: String) throws -> String {
        String(decoding: try self.run(["--decode=\(message)"], input: Data(bytes)), as: UTF8.self)
    }

    private struct Failure: Error { let status: Int32 }

    private static func run(_ arguments: [String], input: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["protoc"] + arguments + ["-I", self.folder.path, "florin/test/v1/shapes.proto"]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus)
        }
        return output
    }
}
