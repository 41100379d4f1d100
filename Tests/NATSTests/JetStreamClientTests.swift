import NATS
import TLS
import TestKit
import Testing

@Suite("Publishing to JetStream", .timeLimit(.minutes(2)))
struct JetStreamClientTests {
    private static let stream = NATSStream(
        name: "EVENTS", subject: "events", maxAge: .seconds(3_600), duplicateWindow: .seconds(120))

    private static func client(
        _ server: NATSServer, scheme: String = "nats", tls: NATSConfiguration.TLS? = nil,
        credentials: NATSConfiguration.Credentials = .none, stream: NATSStream = Self.stream
    ) -> JetStreamClient {
        JetStreamClient(
            NATSConfiguration(
                servers: ["\(scheme)://\(server.address)"], name: "test", tls: tls,
                credentials: credentials),
            stream: stream)
    }

    /// Messages that each name the one before.
    private static func chain(_ ids: [String]) -> [NATSMessage] {
        ids.enumerated().map { index, id in
            NATSMessage(
                subject: "events.a", id: id, following: index == 0 ? nil : ids[index - 1],
                body: Array("body of \(id)".utf8))
        }
    }

    private static func publish(
        _ messages: [NATSMessage], by client: JetStreamClient
    ) async throws -> [NATSError?] {
        do {
            let refusals = try await client.publish(messages, within: .seconds(5))
            await client.close()
            return refusals
        } catch {
            await client.close()
            throw error
        }
    }

    private static func error(_ body: () async throws -> [NATSError?]) async -> NATSError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? NATSError
        }
    }

    @Test("Makes the stream, and keeps messages in their order")
    func publishes() async throws {
        try await NATSServer.with { server in
            let refusals = try await Self.publish(
                Self.chain(["a", "b", "c"]), by: Self.client(server))
            #expect(refusals == [nil, nil, nil])
            let stored = try await NATSReader(server).messages(in: "EVENTS")
            #expect(stored.map(\.id) == ["a", "b", "c"])
            #expect(stored.map(\.body) == ["body of a", "body of b", "body of c"])
            #expect(Set(stored.map(\.subject)) == ["events.a"])
        }
    }

    @Test("A message whose id the stream knows counts as taken, and is not there twice")
    func dropsRepeats() async throws {
        try await NATSServer.with { server in
            _ = try await Self.publish(Self.chain(["a", "b"]), by: Self.client(server))
            server.kill()
            try await server.start()
            let again = try await Self.publish(
                Self.chain(["a", "b", "c"]), by: Self.client(server))
            #expect(again == [nil, nil, nil])
            let stored = try await NATSReader(server).messages(in: "EVENTS")
            #expect(stored.map(\.id) == ["a", "b", "c"])
        }
    }

    @Test("Nothing is stored behind a gap: what follows a message that was refused is refused too")
    func keepsOrder() async throws {
        try await NATSServer.with("max_payload: 1000") { server in
            var messages = Self.chain(["a", "b", "c", "d"])
            messages[1] = NATSMessage(
                subject: "events.a", id: "b", following: "not the last one", body: [])
            let refusals = try await Self.publish(messages, by: Self.client(server))
            #expect(refusals.map { $0?.code } == [nil, .refused, .refused, .refused])
            let stored = try await NATSReader(server).messages(in: "EVENTS")
            #expect(stored.map(\.id) == ["a"])
        }
    }

    @Test("A server that died is reported, and found again once it is back")
    func reconnects() async throws {
        try await NATSServer.with { server in
            let client = Self.client(server)
            _ = try await client.publish(Self.chain(["a"]), within: .seconds(5))
            server.kill()
            for _ in 0..<2 {
                let error = await Self.error {
                    try await client.publish(Self.chain(["b"]), within: .seconds(5))
                }
                #expect(error?.code == .unreachable)
            }
            try await server.start()
            let refusals = try await client.publish(Self.chain(["b"]), within: .seconds(5))
            #expect(refusals == [nil])
            await client.close()
        }
    }

    @Test("Credentials: the right ones are let in, wrong ones and none are told of")
    func credentials() async throws {
        let users = #"authorization { users: [{user: florin, password: "s3cret"}] }"#
        try await NATSServer.with(users) { server in
            let good = try await Self.publish(
                Self.chain(["a"]),
                by: Self.client(
                    server, credentials: .password(user: "florin", password: "s3cret")))
            #expect(good == [nil])
            for wrong in [
                NATSConfiguration.Credentials.none, .password(user: "florin", password: "other"),
            ] {
                let error = await Self.error {
                    try await Self.publish(
                        Self.chain(["b"]), by: Self.client(server, credentials: wrong))
                }
                #expect(error?.code == .notPermitted, "\(error.debugDescription)")
                #expect(error?.message.contains("other") == false)
            }
        }
    }

    @Test("A user who may not publish there is told so")
    func permissions() async throws {
        let users = """
            authorization { users: [{user: florin, password: p,
                permissions: {publish: ["$JS.API.>"], subscribe: ["_INBOX.>"]}}] }
            """
        try await NATSServer.with(users) { server in
            let client = Self.client(
                server, credentials: .password(user: "florin", password: "p"))
            let error = await Self.error {
                try await client.publish(Self.chain(["a"]), within: .seconds(1))
            }
            await client.close()
            #expect(error?.code == .notPermitted, "\(error.debugDescription)")
        }
    }

    @Test("TLS: an authority that is known, and another; certificates on both sides")
    func tls() async throws {
        let folder = try TestCertificates.folder()
        let configuration = """
            tls { cert_file: "\(folder)/gateway.crt", key_file: "\(folder)/gateway.key",
                ca_file: "\(folder)/ca.crt", verify: true }
            """
        try await NATSServer.with(configuration) { server in
            let own = (certificate: "\(folder)/client.crt", key: "\(folder)/client.key")
            let good = try await Self.publish(
                Self.chain(["a"]),
                by: Self.client(
                    server, scheme: "tls", tls: .init(authorities: "\(folder)/ca.crt", own: own)))
            #expect(good == [nil])
            let strangers = try TestCertificates.strangers()
            let refused = await Self.error {
                try await Self.publish(
                    Self.chain(["b"]),
                    by: Self.client(
                        server, scheme: "tls",
                        tls: .init(authorities: "\(strangers)/ca.crt", own: own)))
            }
            #expect(refused?.code == .notSecure, "\(refused.debugDescription)")
            let plain = await Self.error {
                try await Self.publish(Self.chain(["b"]), by: Self.client(server))
            }
            #expect(plain?.code == .notSecure, "\(plain.debugDescription)")
            let nameless = await Self.error {
                try await Self.publish(
                    Self.chain(["b"]),
                    by: Self.client(
                        server, scheme: "tls", tls: .init(authorities: "\(folder)/ca.crt")))
            }
            #expect(nameless != nil)
        }
    }

    @Test("TLS: a certificate of another host is refused")
    func hostName() async throws {
        let folder = try TestCertificates.folder()
        let configuration = """
            tls { cert_file: "\(folder)/gateway.crt", key_file: "\(folder)/gateway.key" }
            """
        try await NATSServer.with(configuration) { server in
            // The same address under a name that is not in the certificate.
            let client = JetStreamClient(
                NATSConfiguration(
                    servers: ["tls://[::ffff:127.0.0.1]:\(server.port)"], name: "test",
                    tls: .init(authorities: "\(folder)/ca.crt")),
                stream: Self.stream)
            let error = await Self.error {
                try await Self.publish(Self.chain(["a"]), by: client)
            }
            #expect(error?.code == .notSecure, "\(error.debugDescription)")
        }
    }

    @Test("A stream that would lose or double events is refused")
    func checksStream() async throws {
        try await NATSServer.with { server in
            _ = try await Self.publish(Self.chain(["a"]), by: Self.client(server))
            var other = Self.stream
            other.subject = "elsewhere"
            var longer = Self.stream
            longer.duplicateWindow = .seconds(600)
            for stream in [other, longer] {
                let error = await Self.error {
                    try await Self.publish([], by: Self.client(server, stream: stream))
                }
                #expect(error?.code == .wrongStream, "\(error.debugDescription)")
            }
        }
    }

    @Test("A file that is not there is found before anything is connected to")
    func files() {
        let configuration = NATSConfiguration(
            servers: ["tls://127.0.0.1:1"], name: "test", tls: .init(authorities: "/nowhere"))
        #expect(throws: NATSError.self) { try configuration.check() }
    }
}
