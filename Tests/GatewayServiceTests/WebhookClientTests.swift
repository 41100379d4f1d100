import Foundation
import GatewayCore
import NIOCore
import NIOHTTP1
import NIOPosix
import RPC
import TLS
import TestKit
import Testing

@testable import GatewayService

/// A server that answers every connection with the same bytes, again and again if it is told to.
private final class ScriptedServer {
    private final class Answer: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let text: String
        let isEndless: Bool

        init(_ text: String, isEndless: Bool) {
            self.text = text
            self.isEndless = isEndless
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !self.text.isEmpty else { return }
            self.write(context)
        }

        private func write(_ context: ChannelHandlerContext) {
            let written = context.eventLoop.makePromise(of: Void.self)
            if self.isEndless {
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                written.futureResult.whenSuccess { bound.value.0.write(bound.value.1) }
            }
            context.writeAndFlush(
                self.wrapOutboundOut(ByteBuffer(string: self.text)), promise: written)
        }
    }

    static func with<Result>(
        _ text: String, isEndless: Bool = false, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Answer(text, isEndless: isEndless))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result = try await body(server.localAddress?.port ?? 0)
        try await server.close()
        return result
    }
}

@Suite("Requests to endpoints", .timeLimit(.minutes(2)))
struct WebhookClientTests {
    private static let loopback = AddressRules(allowing: ["127.0.0.0/8"].compactMap(IPNetwork.init))

    private static func post(
        to url: String, authorities: String = WebTLSContext.systemAuthorities,
        rules: AddressRules = Self.loopback, allowsPlain: Bool = true,
        within limit: Duration = .seconds(10)
    ) async throws -> WebhookAnswer {
        let client = WebhookClient(
            tls: try WebTLSContext(authorities: authorities),
            limits: .init(answer: limit, rules: rules, allowsPlain: allowsPlain),
            group: MultiThreadedEventLoopGroup.singleton)
        defer { client.close() }
        let url = try #require(WebhookURL(url))
        return try await client.post(to: url, headers: ["A": "b"], body: Array("{}".utf8))
    }

    private static func problem(_ body: () async throws -> WebhookAnswer) async -> WebhookProblem? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? WebhookProblem
        }
    }

    @Test("An answer is its status and the beginning of its body")
    func answers() async throws {
        let text =
            "HTTP/1.1 201 Created\r\nContent-Length: 2000\r\n\r\n"
            + String(repeating: "a", count: 2_000)
        try await ScriptedServer.with(text) { port in
            let answer = try await Self.post(to: "http://127.0.0.1:\(port)/x")
            #expect(answer.status == 201)
            #expect(answer.isSuccess)
            #expect(answer.body == Array(repeating: UInt8(ascii: "a"), count: 1_024))
        }
    }

    @Test("A redirect is an answer, and no success")
    func redirects() async throws {
        let text =
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        try await ScriptedServer.with(text) { port in
            let answer = try await Self.post(to: "http://127.0.0.1:\(port)")
            #expect(answer.status == 302)
            #expect(!answer.isSuccess)
        }
    }

    @Test("An answer without an end is not read to it")
    func endless() async throws {
        let text = "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 16_384)
        try await ScriptedServer.with(text, isEndless: true) { port in
            let answer = try await Self.post(to: "http://127.0.0.1:\(port)")
            #expect(answer.status == 200)
            #expect(answer.body.count == 1_024)
        }
    }

    @Test("No answer, and one that is not HTTP, are problems")
    func problems() async throws {
        try await ScriptedServer.with("") { port in
            let problem = await Self.problem {
                try await Self.post(
                    to: "http://127.0.0.1:\(port)", within: .milliseconds(300))
            }
            #expect(problem == .timedOut)
        }
        try await ScriptedServer.with("SSH-2.0-OpenSSH\r\n") { port in
            let problem = await Self.problem {
                try await Self.post(to: "http://127.0.0.1:\(port)")
            }
            #expect(problem == .malformed)
        }
        let nobody = await Self.problem { try await Self.post(to: "http://127.0.0.1:1") }
        #expect(nobody == .notConnected)
        let nameless = await Self.problem { try await Self.post(to: "http://no.name.invalid") }
        #expect(nameless == .addressUnknown)
    }

    @Test("Of a name's addresses those that are allowed are tried, until one can be connected to")
    func addresses() async throws {
        try await ScriptedServer.with("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { port in
            // Inside, nobody there, and the server; the last one would not answer.
            let hosts = ["10.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.3"]
            let client = WebhookClient(
                tls: try WebTLSContext(authorities: WebTLSContext.systemAuthorities),
                limits: .init(answer: .seconds(10), rules: Self.loopback, allowsPlain: true),
                group: MultiThreadedEventLoopGroup.singleton
            ) { endpoint in
                hosts.map { RPC.Endpoint(host: $0, port: endpoint.port) }
            }
            defer { client.close() }
            let url = try #require(WebhookURL("http://many.example:\(port)/"))
            let answer = try await client.post(to: url, headers: [:], body: [])
            #expect(answer.status == 200)
        }
    }

    @Test(
        "A name is taken for what its address is: one inside is refused before it is connected to")
    func inside() async throws {
        try await ScriptedServer.with("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { port in
            let problem = await Self.problem {
                try await Self.post(to: "http://localhost:\(port)", rules: AddressRules())
            }
            #expect(problem == .addressNotAllowed)
            let plain = await Self.problem {
                try await Self.post(to: "http://127.0.0.1:\(port)", allowsPlain: false)
            }
            #expect(plain == .notEncrypted)
        }
    }

    @Test("Over TLS a server has to have the host's name, from an authority that is believed")
    func encrypted() async throws {
        let folder = try TemporaryFolder.make("webhook")
        try CertificateAuthority.create(in: folder).issue(role: .gateway, hosts: ["localhost"])
        let strangers = try TestCertificates.strangers()
        try await PythonServer.with(certificates: folder) { port in
            let answer = try await Self.post(
                to: "https://localhost:\(port)/x", authorities: "\(folder)/ca.crt")
            #expect(answer.status == 200)
            #expect(answer.body == Array("POST /x b {}".utf8))
            for (host, authorities) in [
                ("127.0.0.2", "\(folder)/ca.crt"), ("localhost", "\(strangers)/ca.crt"),
            ] {
                let problem = await Self.problem {
                    try await Self.post(to: "https://\(host):\(port)", authorities: authorities)
                }
                guard case .notTrusted = problem else {
                    Issue.record("\(host): \(String(describing: problem))")
                    continue
                }
            }
        }
    }
}

/// A web server with TLS that is not ours.
private enum PythonServer {
    private static let program = """
        import http.server, ssl, sys, threading
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = f"POST {self.path} {self.headers['A']} {body}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1] + "/gateway.crt", sys.argv[1] + "/gateway.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        """

    static func with(
        certificates folder: String, _ body: (Int) async throws -> Void
    ) async throws {
        let process = Process()
        let output = Pipe()
        // Its end ends the server, also when the test is killed.
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.program, folder]
        process.standardOutput = output
        try process.run()
        defer { try? input.fileHandleForWriting.close() }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        try await body(port)
    }
}
