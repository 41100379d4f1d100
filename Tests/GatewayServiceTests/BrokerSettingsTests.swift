import GatewayCore
import NATS
import ServiceKit
import TestKit
import Testing

@testable import GatewayService

@Suite("What is configured of a broker")
struct BrokerSettingsTests {
    private static func settings(_ values: [String: String]) throws -> BrokerSettings? {
        let flags = values.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", $0.value] }
        return try BrokerSettings(Settings(arguments: flags, environment: [:]))
    }

    @Test("Without nats-url there is none")
    func none() throws {
        let settings = try Self.settings([:])
        #expect(settings == nil)
    }

    @Test("Servers, a stream and subjects, with what is said of none")
    func defaults() throws {
        let settings = try #require(try Self.settings(["nats-url": "nats://a:4222,nats://b:4222"]))
        #expect(settings.server.servers == ["nats://a:4222", "nats://b:4222"])
        #expect(settings.server.tls == nil)
        #expect(settings.stream.name == "FLORIN_EVENTS")
        #expect(settings.stream.subject == "florin.events")
        #expect(settings.subjects.prefix == "florin.events")
    }

    @Test(
        "What cannot be is refused with its field, and no password is told",
        arguments: [
            ("nats-url", ["nats-url": "http://a"]),
            ("nats-url", ["nats-url": "nats://a,tls://b"]),
            ("nats-url", ["nats-url": "nats://florin:s3cret@a:4222"]),
            ("nats-url", ["nats-url": "tls://a:4222", "nats-authorities": "/nowhere"]),
            ("nats-password", ["nats-url": "nats://a", "nats-user": "florin"]),
            ("nats-user", ["nats-url": "nats://a", "nats-password": "s3cret"]),
            ("nats-key", ["nats-url": "tls://a", "nats-certificate": "/x.crt"]),
            (
                "nats-credentials",
                [
                    "nats-url": "nats://a", "nats-credentials": "/x", "nats-user": "florin",
                    "nats-password": "s3cret",
                ]
            ),
            ("nats-stream", ["nats-url": "nats://a", "nats-stream": "two words"]),
            ("nats-subject", ["nats-url": "nats://a", "nats-subject": "florin..events"]),
            ("nats-subject", ["nats-url": "nats://a", "nats-subject": "florin.>"]),
            ("nats-replicas", ["nats-url": "nats://a", "nats-replicas": "0"]),
            ("nats-duplicate-window", ["nats-url": "nats://a", "nats-duplicate-window": "1s"]),
        ])
    func refuses(field: String, values: [String: String]) throws {
        let error = #expect(throws: ConfigurationError.self) { _ = try Self.settings(values) }
        #expect(error?.field == field)
        #expect(error?.description.contains("s3cret") == false)
    }
}
