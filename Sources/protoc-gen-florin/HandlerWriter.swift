/// Writes the handler of a service: a protocol with a function for each method, and what a server
/// takes of it.
struct HandlerWriter {
    private let service: ProtoService

    init(_ service: ProtoService) { self.service = service }

    func write(to writer: inout SourceWriter) {
        writer.line()
        writer.documentation(
            self.service.comment,
            orElse: "Answers `\(self.service.package).\(self.service.name)`.")
        writer.block("package protocol \(self.service.name)Handler: Sendable") { writer in
            for (index, method) in self.service.methods.enumerated() {
                if index > 0 { writer.line() }
                writer.documentation(method.comment)
                self.writeRequirement(method, to: &writer)
            }
        }
        writer.line()
        writer.block("extension \(self.service.name)Handler") { writer in
            writer.documentation(
                " What a server takes: every method, with its decoding and encoding.")
            writer.block("package var methods: [RPCMethod]") { writer in
                writer.line("[")
                writer.indented { writer in
                    for method in self.service.methods { self.writeMethod(method, to: &writer) }
                }
                writer.line("]")
            }
        }
    }

    private func writeRequirement(_ method: ProtoMethod, to writer: inout SourceWriter) {
        let (input, output) = (SwiftNames.type(method.input), SwiftNames.type(method.output))
        let (parameters, result) =
            switch method.kind {
            case .unary: (["_ request: \(input)"], " -> \(output)")
            case .serverStreaming:
                (["_ request: \(input)", "to responses: MessageWriter<\(output)>"], "")
            case .clientStreaming: (["_ requests: MessageReader<\(input)>"], " -> \(output)")
            case .bidirectional:
                (
                    [
                        "_ requests: MessageReader<\(input)>",
                        "to responses: MessageWriter<\(output)>",
                    ], ""
                )
            }
        writer.line("func \(SwiftNames.method(method.name))(")
        writer.indented { writer in
            writer.line((parameters + ["context: CallContext"]).joined(separator: ", "))
        }
        writer.line(")\(method.policy.isImmediate ? "" : " async") throws\(result)")
    }

    private func writeMethod(_ method: ProtoMethod, to writer: inout SourceWriter) {
        let name = SwiftNames.method(method.name)
        let descriptor = "\(self.service.name)Methods.\(name)"
        let wait = method.policy.isImmediate ? "" : "await "
        switch method.kind {
        case .unary:
            let label = method.policy.isImmediate ? "immediate: " : ""
            writer.line(
                "RPCMethod(\(label)\(descriptor)) { try \(wait)self.\(name)($0, context: $1) },")
        case .clientStreaming:
            writer.line(
                "RPCMethod(gathering: \(descriptor)) { try await self.\(name)($0, context: $1) },")
        case .serverStreaming:
            writer.line(
                "RPCMethod(spreading: \(descriptor)) "
                    + "{ try await self.\(name)($0, to: $1, context: $2) },")
        case .bidirectional:
            writer.line(
                "RPCMethod(conversing: \(descriptor)) "
                    + "{ try await self.\(name)($0, to: $1, context: $2) },")
        }
    }
}
