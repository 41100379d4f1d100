package import RPC
package import Wire

/// The messages that come on a stream, in order.
package struct MessageReader<Element: Message>: AsyncSequence, Sendable {
    private let messages: MessageStream

    init(_ messages: MessageStream) {
        self.messages = messages
    }

    /// The next message; `nil` behind the last one.
    ///
    /// - Throws: How the call ended, if not well; `malformed_message` for bytes that are no such
    ///   message.
    package func next() async throws(RPCError) -> Element? {
        guard let bytes = try await self.messages.next() else { return nil }
        do {
            return try Element(decoding: bytes)
        } catch {
            throw .malformedMessage(error.description)
        }
    }

    /// Nobody wants the rest: the other side is told.
    package func cancel() {
        self.messages.cancel()
    }

    package func makeAsyncIterator() -> Iterator { Iterator(reader: self) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: MessageReader

        package mutating func next() async throws(RPCError) -> Element? {
            try await self.reader.next()
        }
    }
}

/// The way for messages onto a stream.
package struct MessageWriter<Element: Message>: Sendable {
    private let messages: MessageStream

    init(_ messages: MessageStream) {
        self.messages = messages
    }

    /// Sends a message, once there is room for it.
    ///
    /// - Throws: Why the other side takes no more.
    package func send(_ message: Element) async throws(RPCError) {
        try await self.messages.send(message.encoded())
    }

    /// Whether the server shuts down: a handler that has no end of its own ends then.
    package var isDraining: Bool { self.messages.isDraining }
}

/// A call that sends many messages and gets one answer.
package struct ClientStreamingCall<Request: Message, Response: Message>: Sendable {
    private let messages: MessageStream

    init(_ messages: MessageStream) {
        self.messages = messages
    }

    package func send(_ message: Request) async throws(RPCError) {
        try await self.messages.send(message.encoded())
    }

    /// Sends nothing more and waits for the answer.
    ///
    /// - Throws: How the call ended, if not well.
    package func response() async throws(RPCError) -> Response {
        self.messages.finishSending()
        guard let response = try await MessageReader<Response>(self.messages).next() else {
            throw .malformedResponse("the server ended the stream without an answer")
        }
        return response
    }

    package func cancel() {
        self.messages.cancel()
    }
}

/// A call in which both sides send many messages.
package struct BidirectionalCall<Request: Message, Response: Message>: Sendable {
    package let responses: MessageReader<Response>
    private let messages: MessageStream

    init(_ messages: MessageStream) {
        self.messages = messages
        self.responses = MessageReader(messages)
    }

    package func send(_ message: Request) async throws(RPCError) {
        try await self.messages.send(message.encoded())
    }

    /// Sends nothing more; answers may still come.
    package func finishSending() {
        self.messages.finishSending()
    }

    package func cancel() {
        self.messages.cancel()
    }
}

extension RPCError {
    fileprivate static func malformedMessage(_ description: String) -> RPCError {
        RPCError(
            code: .invalidArgument, reason: .malformedMessage,
            message: "malformed message on a stream: \(description)")
    }
}
