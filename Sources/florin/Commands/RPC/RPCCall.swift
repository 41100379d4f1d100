internal import ArgumentParser
internal import DynamicMessages
internal import Foundation
internal import RPC
internal import Stubs
internal import TLS

struct RPCCall: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call a method with a JSON document.",
        discussion: """
            Prints the answer as JSON; a method that answers with a stream prints a document for \
            each message. One that takes a stream reads documents from standard input, a line each.

            Examples:
              florin rpc call florin.ledger.v1.LedgerService/TrialBalance
              florin rpc call florin.payment.v1.PaymentService/GetPayment --json '{"id": "pi_..."}'
              florin rpc call grpc.health.v1.Health/Check --peer fx
            """)

    @Argument(help: ArgumentHelp("The method.", valueName: "service/method")) var method: MethodName
    @Option(
        help: ArgumentHelp(
            "The request: a JSON document, @file, or - for standard input.", valueName: "document"))
    var json = "{}"
    @Option(
        help: ArgumentHelp("A pair that travels beside it; repeatable.", valueName: "key=value"))
    var metadata: [String] = []
    @OptionGroup var peer: PeerOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let role = try self.peer.role(for: self.method.service)
        let options = try self.options()
        try await self.withChannel(to: role) { channel in
            let server = try await ServerDescription.read(channel, self.callOptions)
            let method = try server.method(self.method)
            let encoder = DynamicEncoder(server.descriptors)
            let decoder = DynamicDecoder(server.descriptors)
            func show(_ bytes: [UInt8]) throws {
                Console.say(JSONValue(try decoder.decode(bytes, as: method.output)).rendered())
            }
            let descriptor = self.method.descriptor(method)
            let request =
                method.clientStreams ? [] : try encoder.encode(self.document(), as: method.input)
            guard method.clientStreams || method.serverStreams else {
                return try show(try await channel.call(descriptor, request, options: options))
            }
            let messages = try await channel.open(descriptor, request, options: options)
            if method.clientStreams {
                while let line = readLine() {
                    let document = try DynamicValue(parsing: line)
                    try await messages.send(try encoder.encode(document, as: method.input))
                }
                messages.finishSending()
            }
            while let message = try await messages.next() { try show(message) }
        }
    }

    private func document() throws -> DynamicValue {
        if self.json == "-" {
            let text = try FileHandle.standardInput.readToEnd() ?? Data()
            return try DynamicValue(parsing: String(decoding: text, as: UTF8.self))
        }
        guard self.json.hasPrefix("@") else { return try DynamicValue(parsing: self.json) }
        let path = String(self.json.dropFirst())
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure(.usage, "cannot read \(path)")
        }
        return try DynamicValue(parsing: text)
    }

    private func options() throws -> CallOptions {
        var options = self.callOptions
        for pair in self.metadata {
            guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
                throw Failure(.usage, "--metadata: '\(pair)' is not key=value")
            }
            options.metadata.append(
                key: String(pair[..<equals]), value: String(pair[pair.index(after: equals)...]))
        }
        return options
    }
}

extension MethodName {
    /// As a client needs it; who may call is the server's to say.
    func descriptor(_ method: MethodDescription) -> MethodDescriptor {
        let kind: MethodDescriptor.Kind =
            switch (method.clientStreams, method.serverStreams) {
            case (false, false): .unary
            case (true, false): .clientStreaming
            case (false, true): .serverStreaming
            case (true, true): .bidirectional
            }
        return MethodDescriptor(
            service: self.service, name: self.method, kind: kind, callers: [], isIdempotent: false)
    }
}

extension JSONValue {
    init(_ value: DynamicValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let text): self = .number(text)
        case .text(let text): self = .text(text)
        case .array(let values): self = .array(values.map(JSONValue.init))
        case .object(let members):
            self = .object(members.map { ($0.name, JSONValue($0.value)) })
        }
    }
}
