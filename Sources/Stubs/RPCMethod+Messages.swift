internal import Messages
package import RPC
package import Wire

// Generated handlers stand on these. A request that is not the message it should be is refused
// before the handler sees it: `INVALID_ARGUMENT` (`malformed_message`), with the field where one is
// at fault.
extension RPCMethod {
    /// A method whose handler takes and gives messages.
    package init<Request: Message, Response: Message>(
        _ descriptor: MethodDescriptor,
        _ answer: @escaping @Sendable (Request, CallContext) async throws -> Response
    ) {
        self.init(descriptor: descriptor) { payload, context in
            try await answer(try decode(payload.span.bytes), context).encoded()
        }
    }

    /// A method whose handler never waits.
    package init<Request: Message, Response: Message>(
        immediate descriptor: MethodDescriptor,
        _ answer: @escaping @Sendable (Request, CallContext) throws -> Response
    ) {
        self.init(
            descriptor: descriptor,
            handler: .immediate { payload, context in
                PackedMessage(try answer(try decode(payload), context))
            })
    }

    /// A method that gathers a stream of messages into one answer.
    package init<Request: Message, Response: Message>(
        gathering descriptor: MethodDescriptor,
        _ answer: @escaping @Sendable (MessageReader<Request>, CallContext) async throws -> Response
    ) {
        self.init(
            descriptor: descriptor,
            handler: .streaming { messages, context in
                try await answer(MessageReader(messages), context).encoded()
            })
    }

    /// A method that answers one message with many.
    package init<Request: Message, Response: Message>(
        spreading descriptor: MethodDescriptor,
        _ answer:
            @escaping @Sendable (Request, MessageWriter<Response>, CallContext) async throws -> Void
    ) {
        self.init(
            descriptor: descriptor,
            handler: .streaming { messages, context in
                let payload = try await messages.next() ?? []
                let request: Request = try decode(payload.span.bytes)
                try await answer(request, MessageWriter(messages), context)
                return nil
            })
    }

    /// A method in which both sides send many messages.
    package init<Request: Message, Response: Message>(
        conversing descriptor: MethodDescriptor,
        _ answer:
            @escaping @Sendable (MessageReader<Request>, MessageWriter<Response>, CallContext)
            async throws -> Void
    ) {
        self.init(
            descriptor: descriptor,
            handler: .streaming { messages, context in
                try await answer(MessageReader(messages), MessageWriter(messages), context)
                return nil
            })
    }
}

private func decode<Request: Message>(_ payload: RawSpan) throws(RPCError) -> Request {
    do {
        return try Request(decoding: payload)
    } catch {
        throw .malformedRequest(error.description)
    }
}
