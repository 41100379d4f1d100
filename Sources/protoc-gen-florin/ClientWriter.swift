/// Writes the client of a service: a function for each method.
struct ClientWriter {
    private let service: ProtoService

    init(_ service: ProtoService) { self.service = service }

    func write(to writer: inout SourceWriter) {
        writer.line()
        writer.documentation(
            self.service.comment,
            orElse: "Calls `\(self.service.package).\(self.service.name)`.")
        writer.block("package struct \(self.service.name)Client: Sendable") { writer in
            writer.line("private let channel: any Channel")
            writer.line()
            writer.line("package init(_ channel: any Channel) { self.channel = channel }")
            for method in self.service.methods {
                writer.line()
                writer.documentation(method.comment)
                self.write(method, to: &writer)
            }
        }
    }

    private func write(_ method: ProtoMethod, to writer: inout SourceWriter) {
        let name = SwiftNames.method(method.name)
        let descriptor = "\(self.service.name)Methods.\(name)"
        let takesRequest = method.kind == .unary || method.kind == .serverStreaming
        writer.line("nonisolated(nonsending) package func \(name)(")
        writer.indented { writer in
            if takesRequest { writer.line("_ request: \(SwiftNames.type(method.input)),") }
            writer.line("options: CallOptions = CallOptions()")
        }
        writer.block(") async throws(RPCError) -> \(self.result(of: method))") { writer in
            let call = method.kind == .unary ? "call" : "open"
            let request = takesRequest ? ", request" : ""
            writer.line("try await self.channel.\(call)(\(descriptor)\(request), options: options)")
        }
    }

    private func result(of method: ProtoMethod) -> String {
        let (input, output) = (SwiftNames.type(method.input), SwiftNames.type(method.output))
        return switch method.kind {
        case .unary: output
        case .serverStreaming: "MessageReader<\(output)>"
        case .clientStreaming: "ClientStreamingCall<\(input), \(output)>"
        case .bidirectional: "BidirectionalCall<\(input), \(output)>"
        }
    }
}
