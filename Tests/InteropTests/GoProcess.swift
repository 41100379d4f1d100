import Foundation
import Synchronization
import TestKit

/// The Go program of `Tests/Interop/go` as a process: lines in, lines out.
final class GoProcess: Sendable {
    private struct State {
        var lines: [String] = []
        var waiters: [Waiter] = []
        var isEnded = false
    }

    private struct Waiter {
        let isWanted: @Sendable (String) -> Bool
        let continuation: CheckedContinuation<String?, Never>
    }

    struct BuildFailure: Error {
        let output: String
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let state = Mutex(State())

    init(_ arguments: [String]) throws {
        self.process.executableURL = try Self.program.get()
        self.process.arguments = arguments
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        Thread { self.readLines() }.start()
    }

    func write(_ line: Data) throws {
        try self.input.fileHandleForWriting.write(contentsOf: line + Data("\n".utf8))
    }

    /// The first line that nobody has taken yet and that is wanted, once it is there; `nil` if the
    /// program ended without it.
    func line(_ isWanted: @escaping @Sendable (String) -> Bool = { _ in true }) async -> String? {
        await withCheckedContinuation { continuation in
            let (line, isEnded) = self.state.withLock { state -> (String?, Bool) in
                if let index = state.lines.firstIndex(where: isWanted) {
                    return (state.lines.remove(at: index), false)
                }
                if !state.isEnded {
                    state.waiters.append(Waiter(isWanted: isWanted, continuation: continuation))
                }
                return (nil, state.isEnded)
            }
            if line != nil || isEnded { continuation.resume(returning: line) }
        }
    }

    /// Asks it to stop, as its library does.
    func terminate() { self.process.terminate() }

    /// Ends it with no chance to say a word.
    func kill() { Glibc.kill(self.process.processIdentifier, SIGKILL) }

    /// Ends its input, and with it the program.
    func end() throws { try self.input.fileHandleForWriting.close() }

    // MARK: Reading

    private func readLines() {
        var rest = Data()
        while true {
            let data = self.output.fileHandleForReading.availableData
            if data.isEmpty { break }
            rest += data
            while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                self.deliver(String(decoding: rest[..<newline], as: UTF8.self))
                rest = rest[rest.index(after: newline)...]
            }
        }
        let waiters = self.state.withLock { state in
            state.isEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    private func deliver(_ line: String) {
        let waiter = self.state.withLock { state -> Waiter? in
            if let index = state.waiters.firstIndex(where: { $0.isWanted(line) }) {
                return state.waiters.remove(at: index)
            }
            state.lines.append(line)
            return nil
        }
        waiter?.continuation.resume(returning: line)
    }

    // MARK: Building

    /// Built once for all tests, from Debian's packages: no module is fetched from anywhere.
    private static let program = Result {
        let program = try TemporaryFolder.make("interop") + "/interop"
        let build = Process()
        build.executableURL = URL(filePath: "/usr/bin/go")
        build.arguments = ["build", "-o", program, "."]
        build.currentDirectoryURL = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Interop/go")
        build.environment = ProcessInfo.processInfo.environment.merging([
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
            "GOCACHE": "/tmp/florin-interop-go-cache",
        ]) { _, ours in ours }
        let output = Pipe()
        build.standardOutput = output
        build.standardError = output
        try build.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        build.waitUntilExit()
        guard build.terminationStatus == 0 else {
            throw BuildFailure(output: String(decoding: text, as: UTF8.self))
        }
        return URL(filePath: program)
    }
}
