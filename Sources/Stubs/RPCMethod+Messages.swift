internal import Messages
internal import RPC
internal import Wire

extension RPCMethod {
    /// A method whose handler takes and gives messages. Generated handlers stand on it.
    ///
    /// A request that is not the message it should be is refused before the handler sees it:
    /// `INVALID_ARGUMENT` (`malformed_message`), with the field where one is at fault.
    init<Request: Message, Response: Message>(
        _ descriptor: MethodDescriptor,
        _ answer: @escaping @Sendable (Request, CallContext) async throws -> Response
    ) {
        self.init(descriptor: descriptor) { payload, context in
            let request: Request
            do throws(WireError) {
                request = try Request(decoding: payload)
            } catch {
                throw RPCError.malformedRequest(error.description)
            }
            return try await answer(request, context).encoded()
        }
    }
}
