import Foundation

/// OpenSSL's own client, as a peer that is not ours.
enum OpenSSLClient {
    /// Connects, sends a line, and returns all that it printed.
    static func run(port: Int, options: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = ["s_client", "-connect", "127.0.0.1:\(port)"] + options
        let output = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = input
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("hello\n".utf8))
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
