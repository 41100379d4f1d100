/// Writes the stubs of the wanted protos' services: a file for each service.
struct StubsGenerator {
    private let schema: Schema
    private let options: PluginOptions

    init(_ schema: Schema, _ options: PluginOptions) {
        self.schema = schema
        self.options = options
    }

    func files() throws(PluginError) -> [OutputFile] {
        var files: [OutputFile] = []
        for file in self.schema.files where file.isWanted {
            for service in file.services {
                var writer = SourceWriter(source: file.name, imports: self.imports)
                self.writeMethods(of: service, roles: try self.roles(of: service), to: &writer)
                ClientWriter(service).write(to: &writer)
                HandlerWriter(service).write(to: &writer)
                files.append(OutputFile(name: "\(service.name).swift", content: writer.text))
            }
        }
        return files
    }

    /// Stubs outside the module `Stubs` call its helpers.
    private var imports: [String] {
        let module = self.options.messagesModule
        return (module == "Messages" ? [] : ["internal import Stubs"]) + [
            "internal import RPCCore", "internal import TLS", "package import \(module)",
            "package import RPC",
        ]
    }

    /// The roles that may call each method, as Swift writes them.
    private func roles(of service: ProtoService) throws(PluginError) -> [[String]] {
        var roles: [[String]] = []
        for method in service.methods {
            var callers: [String] = []
            for number in method.policy.callers {
                guard number != 0, let name = self.schema.roleNames[number] else {
                    throw PluginError(
                        "\(service.name).\(method.name): no role has number \(number)")
                }
                callers.append(
                    "." + name.dropFirst("ROLE_".count).lowercased())
            }
            roles.append(callers)
        }
        return roles
    }

    private func writeMethods(
        of service: ProtoService, roles: [[String]], to writer: inout SourceWriter
    ) {
        writer.line()
        writer.documentation(
            " The methods of `\(service.package).\(service.name)` and who may call them.")
        writer.block("package enum \(service.name)Methods") { writer in
            for (method, callers) in zip(service.methods, roles) {
                writer.line(
                    "package static let \(SwiftNames.method(method.name)) = MethodDescriptor(")
                writer.indented { writer in
                    writer.line(
                        "service: \"\(service.package).\(service.name)\", name: \"\(method.name)\","
                    )
                    if method.kind != .unary { writer.line("kind: .\(method.kind.rawValue),") }
                    writer.line("callers: [\(callers.joined(separator: ", "))],")
                    let policy = method.policy
                    let last = [
                        "isIdempotent: \(policy.isIdempotent)",
                        policy.priority.map { "priority: \($0)" },
                        policy.retry.map { "retry: \($0)" },
                    ].compactMap { $0 }
                    writer.line(last.joined(separator: ", ") + ")")
                }
                writer.line()
            }
            writer.documentation(" In the order of the proto.")
            writer.line("package static let all: [MethodDescriptor] = [")
            writer.indented { writer in
                for method in service.methods {
                    writer.line("\(SwiftNames.method(method.name)),")
                }
            }
            writer.line("]")
        }
    }
}
