internal import NIOCore
internal import TLS

/// The TLS of one connection to an endpoint: ciphertext outside, plaintext inside.
final class WebhookTLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var stream: TLSStream
    /// What is written before the handshake has ended.
    private var waiting: [ByteBuffer] = []
    private var isOver = false

    init(_ stream: consuming TLSStream) {
        self.stream = stream
    }

    func channelActive(context: ChannelHandlerContext) {
        do throws(TLSError) {
            try self.stream.start()
            self.send(context)
            context.fireChannelActive()
        } catch {
            self.fail(error, context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        let ciphertext = self.unwrapInboundIn(data)
        do throws(TLSError) {
            try self.stream.feed(ciphertext.readableBytesUInt8Span)
            try self.encryptWaiting()
        } catch {
            return self.fail(error, context)
        }
        self.send(context)
        var plaintext = context.channel.allocator.buffer(capacity: self.stream.plaintextCount)
        self.stream.consumePlaintext { bytes in
            plaintext.writeBytes(bytes.bytes)
            return bytes.count
        }
        if plaintext.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(plaintext)) }
        if self.stream.state == .closed {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.waiting.append(self.unwrapOutboundIn(data))
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        guard !self.isOver else { return }
        do throws(TLSError) {
            try self.encryptWaiting()
        } catch {
            return self.fail(error, context)
        }
        self.send(context)
    }

    private func encryptWaiting() throws(TLSError) {
        guard self.stream.state == .established else { return }
        for buffer in self.waiting { try self.stream.write(buffer.readableBytesUInt8Span) }
        self.waiting = []
    }

    private func send(_ context: ChannelHandlerContext) {
        guard self.stream.ciphertextCount > 0 else { return }
        var buffer = context.channel.allocator.buffer(capacity: self.stream.ciphertextCount)
        self.stream.drainCiphertext { _ = buffer.writeBytes($0.bytes) }
        context.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
    }

    /// The alert that tells the server why goes out before the end.
    private func fail(_ error: TLSError, _ context: ChannelHandlerContext) {
        self.isOver = true
        self.send(context)
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }
}
