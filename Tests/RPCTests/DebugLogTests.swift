import Logging
import RPC
import RPCCore
import Synchronization
import TLS
import Testing

@Suite("The debug log")
struct DebugLogTests {
    private static let method = MethodDescriptor(
        service: "a.B", name: "C", callers: [.client], isIdempotent: false)
    private static let second: Nanoseconds = 1_000_000_000

    @Test(
        "Names calls by service, method and peer",
        arguments: [
            (DebugLogRules.Rule(), true), (.init(service: "a.B"), true),
            (.init(method: "C"), true), (.init(service: "a.B", method: "C", peer: .client), true),
            (.init(service: "a.X"), false), (.init(method: "X"), false),
            (.init(peer: .operator), false), (.init(service: "a.B", peer: .operator), false),
        ])
    func matching(rule: DebugLogRules.Rule, isLogged: Bool) throws {
        var rules = DebugLogRules()
        try rules.set(rule, for: .seconds(1), at: 5)
        #expect(rules.matches(Self.method, from: .client, at: 6) == isLogged)
    }

    @Test("Ends each rule by itself, and gives one that there is a new end")
    func expiry() throws {
        var rules = DebugLogRules()
        try rules.set(.init(method: "C"), for: .seconds(2), at: 0)
        try rules.set(.init(method: "D"), for: .seconds(9), at: 0)
        #expect(rules.matches(Self.method, from: .client, at: 2 * Self.second - 1))
        #expect(!rules.matches(Self.method, from: .client, at: 2 * Self.second))
        #expect(rules.entries(at: 2 * Self.second).map(\.rule.method) == ["D"])
        try rules.set(.init(method: "C"), for: .seconds(4), at: Self.second)
        #expect(rules.matches(Self.method, from: .client, at: 5 * Self.second - 1))
        let entries = rules.entries(at: Self.second)
        #expect(entries.map(\.remaining) == [.seconds(8), .seconds(4)])
    }

    @Test("Takes 16 rules for an hour each, and no more")
    func bounds() throws {
        var rules = DebugLogRules()
        for index in 0..<16 {
            try rules.set(.init(method: "\(index)"), for: .seconds(3600), at: 0)
        }
        let full = #expect(throws: RPCError.self) {
            try rules.set(.init(method: "x"), for: .seconds(1), at: 0)
        }
        #expect(full?.code == .resourceExhausted)
        try rules.set(.init(method: "3"), for: .seconds(1), at: 0)
        // Those that are over make room.
        try rules.set(.init(method: "x"), for: .seconds(1), at: Self.second)
        for wrong in [Duration.zero, .seconds(-1), .milliseconds(3_600_001)] {
            let error = #expect(throws: RPCError.self) {
                try rules.set(.init(method: "3"), for: wrong, at: 0)
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test("Logs the calls of a rule while it is in force, without what they hold")
    func calls() async throws {
        let lines = CallLines()
        let now = Mutex<Nanoseconds>(0)
        let filter = DebugLogFilter { now.withLock { $0 } }
        let harness = try await RPCHarness(debugLog: filter, logger: lines.logger)
        let client = try harness.client()
        func call(_ method: MethodDescriptor) async throws {
            _ = try await client.call(method, Array("hunter2".utf8), options: .patient)
        }
        try await call(RPCHarness.echo)
        #expect(lines.all.isEmpty)
        try filter.set(.init(method: "Echo", peer: .orchestrator), for: .seconds(10))
        try await call(RPCHarness.echo)
        try await call(RPCHarness.inspect)
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line["rpc"] == "\(RPCHarness.service)/Echo")
        #expect(line["peer"] == "orchestrator")
        #expect(line["code"] == "OK")
        #expect(line["response_bytes"] == "7")
        #expect(line["request_bytes"].flatMap { Int($0) } ?? 0 > 7)
        #expect(line["trace_id"]?.count == 32)
        #expect(line["duration_ms"].flatMap { Double($0) } != nil)
        #expect(!line.values.contains { $0.contains("hunter2") })

        now.withLock { $0 = 10 * Self.second }
        try await call(RPCHarness.echo)
        #expect(lines.all.count == 1)
        #expect(filter.rules.isEmpty)

        try filter.set(.init(method: "Refuse"), for: .seconds(10))
        let refused = await rpcError { try await call(RPCHarness.refuse) }
        #expect(refused?.code == .failedPrecondition)
        #expect(lines.all.last?["code"] == "FAILED_PRECONDITION")
        #expect(filter.clear() == 1)
        _ = await rpcError { try await call(RPCHarness.refuse) }
        #expect(lines.all.count == 2)
        await client.close()
        await harness.server.shutdown()
    }
}

/// Keeps the lines of single calls.
private final class CallLines: Sendable {
    private let lines = Mutex<[[String: String]]>([])

    var all: [[String: String]] { self.lines.withLock { $0 } }

    /// As a service that logs only warnings otherwise.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .warning
        return logger
    }

    private struct Handler: LogHandler {
        let lines: CallLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard "\(event.message)" == "call" else { return }
            let metadata = self.metadata.merging(event.metadata ?? [:]) { _, latest in latest }
            self.lines.lines.withLock { $0.append(metadata.mapValues { "\($0)" }) }
        }
    }
}
