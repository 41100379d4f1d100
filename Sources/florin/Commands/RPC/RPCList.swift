internal import ArgumentParser
internal import DynamicMessages
internal import RPC
internal import Stubs
internal import TLS

struct RPCList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the services that a server answers, and their methods.",
        discussion: """
            Example:
              florin rpc list payment
            """)

    @Argument(help: "The server's role: payment, refund, fx, ledger, acquirer, orchestrator.")
    var server: Role
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let description = try await self.withChannel(to: self.server) { channel in
            try await ServerDescription.read(channel, self.callOptions)
        }
        let services = description.services.map { name in
            (name, description.descriptors.services[name]?.methods.map(\.name) ?? [])
        }
        switch self.system.output {
        case .table:
            for (name, methods) in services {
                Console.say(name)
                for method in methods { Console.say("  \(method)") }
            }
        case .json:
            let members = services.map { name, methods in
                (name, JSONValue.array(methods.map { .text($0) }))
            }
            Console.say(JSONValue.object(members).rendered())
        }
    }
}

struct RPCDescribe: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a service, a method or a message as its proto has it.",
        discussion: """
            Examples:
              florin rpc describe florin.fx.v1.FXService
              florin rpc describe florin.fx.v1.FXService/GetRate
              florin rpc describe florin.common.v1.Money --peer fx
            """)

    @Argument(help: "A full name.") var name: String
    @OptionGroup var peer: PeerOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let parts = self.name.split(separator: "/").map(String.init)
        let role = try self.peer.role(for: parts.first ?? "")
        let description = try await self.withChannel(to: role) { channel in
            try await ServerDescription.read(channel, self.callOptions)
        }
        if let method = MethodName(argument: self.name) {
            Console.say(try description.method(method).protoText)
        } else if let service = description.descriptors.services[self.name] {
            Console.say(service.protoText)
        } else if let message = description.descriptors.messages[self.name] {
            Console.say(message.protoText(description.descriptors))
        } else if let found = description.descriptors.enums[self.name] {
            Console.say(found.protoText)
        } else {
            throw Failure(
                .notFound, "the \(role) service does not describe \(self.name)",
                hint: "List its services with: florin rpc list \(role)")
        }
    }
}

extension MethodDescription {
    fileprivate var protoText: String {
        let input = self.clientStreams ? "stream \(self.input)" : self.input
        let output = self.serverStreams ? "stream \(self.output)" : self.output
        return "rpc \(self.name)(\(input)) returns (\(output));"
    }
}

extension ServiceDescription {
    fileprivate var protoText: String {
        let lines = self.methods.map { "  \($0.protoText)" }
        return (["service \(self.name) {"] + lines + ["}"]).joined(separator: "\n")
    }
}

extension EnumDescription {
    fileprivate var protoText: String {
        let lines = self.values.map { "  \($0.name) = \($0.number);" }
        return (["enum \(self.name) {"] + lines + ["}"]).joined(separator: "\n")
    }
}

extension MessageDescription {
    fileprivate func protoText(_ descriptors: Descriptors) -> String {
        let lines = self.fields.map { field in
            var type = (field.isRepeated ? "repeated " : "") + field.kind.text
            if case .message(let name) = field.kind, let entry = descriptors.messages[name],
                entry.isMapEntry, entry.fields.count == 2
            {
                type = "map<\(entry.fields[0].kind.text), \(entry.fields[1].kind.text)>"
            }
            let oneof = field.oneof.map { "  // one of \($0)" } ?? ""
            return "  \(type) \(field.name) = \(field.number);\(oneof)"
        }
        return (["message \(self.name) {"] + lines + ["}"]).joined(separator: "\n")
    }
}
