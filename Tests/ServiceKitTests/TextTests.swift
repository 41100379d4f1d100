internal import Logging
internal import ServiceKit
internal import Synchronization
internal import Testing

@Suite("Redaction")
struct RedactionTests {
    @Test(
        "Hides the password of a connection string in each of its forms",
        arguments: [
            "postgresql://me:s3cret@a:1,b:2/florin?target_session_attrs=read-write",
            "postgresql://me@a/florin?password=s3cret&sslmode=require",
            "postgresql://me:p@s3cret@a/florin", "host=a password=s3cret dbname=b",
            "password = 's3cret with \\' quote' host=a", "host=a password=s3cret",
        ])
    func hides(dsn: String) {
        let redacted = Redaction.dsn(dsn)
        #expect(!redacted.contains("s3cret"))
        #expect(redacted.contains("***"))
        #expect(redacted.contains("a"))
    }

    @Test("Leaves a connection string without a password as it is")
    func leaves() {
        let dsn = "postgresql://me@a:1,b:2/florin?target_session_attrs=read-write"
        #expect(Redaction.dsn(dsn) == dsn)
    }
}

@Suite("Durations as text")
struct DurationTextTests {
    @Test(
        "Read back as they were written",
        arguments: ["250ms", "5s", "90s", "2m", "1h", "7d", "0ms"])
    func roundTrip(text: String) throws {
        #expect(DurationText.format(try #require(DurationText.parse(text))) == text)
    }
}

@Suite("Host and port")
struct HostAndPortTests {
    @Test("Takes names, addresses and bracketed IPv6 addresses")
    func accepts() {
        #expect(HostAndPort("payment:7402")?.host == "payment")
        #expect(HostAndPort("[::1]:7402")?.host == "::1")
        #expect(HostAndPort("127.0.0.1:0")?.port == 0)
    }

    @Test(
        "Refuses everything else",
        arguments: ["", "7402", ":7402", "a:", "a:b", "a:65536", "a:-1", "::1:7402", "a b:1"])
    func refuses(text: String) {
        #expect(HostAndPort(text) == nil)
    }
}

@Suite("Log lines")
struct StructuredLogHandlerTests {
    @Test("Hold one event a line, whatever is logged")
    func oneLine() throws {
        let line = Self.line { logger in
            logger.info("payment created", metadata: ["payment": "pi_1", "note": "a\n\"b\" c=d"])
        }
        #expect(line.hasSuffix("\n"))
        #expect(line.count(where: { $0 == "\n" }) == 1)
        #expect(line.contains(#"event="payment created""#))
        #expect(line.contains("payment=pi_1"))
        #expect(line.contains(#"note="a\n\"b\" c=d""#))
    }

    @Test("Hide values whose key names a secret")
    func secrets() {
        let line = Self.line { logger in
            logger.info("x", metadata: ["password": "hunter2", "api_token": "hunter2"])
        }
        #expect(!line.contains("hunter2"))
    }

    private static func line(_ log: (Logger) -> Void) -> String {
        let sink = Sink()
        log(
            Logger(label: "test") { _ in
                StructuredLogHandler(service: "test", logLevel: .info) { sink.add($0) }
            })
        return sink.text
    }

    private final class Sink: Sendable {
        private let lines = Mutex("")
        var text: String { self.lines.withLock { $0 } }
        func add(_ line: String) { self.lines.withLock { $0 += line } }
    }
}
