package import Wire

/// A method with the code that answers it.
///
/// The code runs on the connection's event loop, beside all other calls of that loop: it may await
/// whatever it likes, and must not compute for long or block.
package struct RPCMethod: Sendable {
    /// Bytes of the request in, bytes of the response out.
    package typealias Unary = @Sendable ([UInt8], CallContext) async throws -> [UInt8]
    /// Answers without ever waiting: it runs within the read that brought the request, which it
    /// may read where it lies.
    package typealias Immediate = @Sendable (RawSpan, CallContext) throws -> PackedMessage
    /// Reads and writes messages. What it returns is the last message; `nil`: there is none.
    package typealias Streaming = @Sendable (MessageStream, CallContext) async throws -> [UInt8]?

    package enum Handler: Sendable {
        case unary(Unary)
        case immediate(Immediate)
        case streaming(Streaming)
    }

    package let descriptor: MethodDescriptor
    package let handler: Handler

    package init(descriptor: MethodDescriptor, handler: Handler) {
        self.descriptor = descriptor
        self.handler = handler
    }

    package init(descriptor: MethodDescriptor, handle: @escaping Unary) {
        self.init(descriptor: descriptor, handler: .unary(handle))
    }
}
