internal import Messages
internal import RPC
internal import Wire

extension Channel {
    /// Calls a method with a message. Generated clients stand on it.
    ///
    /// - Throws: What the channel throws, and `INTERNAL` (`malformed_message`) when the answer is
    ///   not the message it should be: the handler has run then.
    func call<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws(RPCError) -> Response {
        let answer = try await self.call(method, request.encoded(), options: options)
        do {
            return try Response(decoding: answer)
        } catch {
            throw RPCError.malformedResponse(error.description)
        }
    }
}
