internal import Messages
package import RPC
package import Wire

// Generated clients stand on these.
extension Channel {
    /// Calls a method with a message.
    ///
    /// - Throws: What the channel throws, and `INTERNAL` (`malformed_message`) when the answer is
    ///   not the message it should be: the handler has run then.
    nonisolated(nonsending) package func call<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws(RPCError) -> Response {
        let answer = try await self.call(method, request.encoded(), options: options)
        do {
            return try Response(decoding: answer)
        } catch {
            throw RPCError.malformedResponse(error.description)
        }
    }

    /// Opens a stream of answers to one message.
    package func open<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, options: CallOptions
    ) async throws(RPCError) -> MessageReader<Response> {
        MessageReader(try await self.open(method, request.encoded(), options: options))
    }

    /// Opens a stream of messages that gets one answer.
    package func open<Request: Message, Response: Message>(
        _ method: MethodDescriptor, options: CallOptions
    ) async throws(RPCError) -> ClientStreamingCall<Request, Response> {
        ClientStreamingCall(try await self.open(method, [], options: options))
    }

    /// Opens a stream of messages both ways.
    package func open<Request: Message, Response: Message>(
        _ method: MethodDescriptor, options: CallOptions
    ) async throws(RPCError) -> BidirectionalCall<Request, Response> {
        BidirectionalCall(try await self.open(method, [], options: options))
    }
}
