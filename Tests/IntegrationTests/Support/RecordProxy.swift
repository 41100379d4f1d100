import NIOCore
import NIOPosix
import Synchronization

/// Stands between two services on loopback, and can stop the traffic at a chosen call.
///
/// It passes TLS records on as they are. Its upstream is named anew for every connection, so a
/// service that comes back at another port is found again.
final class RecordProxy: Sendable {
    private struct State {
        var gate = CallGate()
        var upstream: SocketAddress?
        var connections: [ObjectIdentifier: any Channel] = [:]
        /// Resumed with whether the call came, or the gate was opened before it did.
        var waiter: CheckedContinuation<Bool, Never>?
        var hasTripped = false
    }
    private let state = Mutex(State())
    private let listener: any Channel

    /// Where callers connect to.
    var port: Int { self.listener.localAddress?.port ?? 0 }

    private init(listener: any Channel) { self.listener = listener }

    /// A proxy on a free loopback port.
    static func start(on group: any EventLoopGroup) async throws -> RecordProxy {
        let box = Mutex<RecordProxy?>(nil)
        let accept: @Sendable (any Channel) -> EventLoopFuture<Void> = { inbound in
            guard let proxy = box.withLock({ $0 }) else { return inbound.close() }
            return proxy.accept(inbound)
        }
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer(accept)
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = RecordProxy(listener: listener)
        box.withLock { $0 = proxy }
        return proxy
    }

    /// - Parameter endpoint: "127.0.0.1:7401"
    func forward(to endpoint: String) throws {
        let parts = endpoint.split(separator: ":")
        let port = Int(parts.last ?? "") ?? 0
        let address = try SocketAddress(ipAddress: String(parts.first ?? ""), port: port)
        self.state.withLock { $0.upstream = address }
    }

    /// Stops the traffic at the `call`-th call from now on.
    func arm(_ moment: CallGate.Moment, atCall call: Int) {
        self.state.withLock {
            $0.hasTripped = false
            $0.gate.arm(moment, atCall: call)
        }
    }

    /// Waits until the call that was named comes: true; or until ``open()`` is called before: false.
    func trips() async -> Bool {
        await withCheckedContinuation { continuation in
            let isDecided: Bool? = self.state.withLock { state in
                if state.hasTripped { return true }
                guard state.gate.isArmed else { return false }
                state.waiter = continuation
                return nil
            }
            if let isDecided { continuation.resume(returning: isDecided) }
        }
    }

    /// Lets traffic pass again. What was withheld is lost: its connections are cut.
    func open() {
        let (cut, waiter) = self.state.withLock { state in
            state.gate.open()
            defer {
                state.connections = [:]
                state.waiter = nil
            }
            return (state.connections.values.map { $0 }, state.waiter)
        }
        waiter?.resume(returning: false)
        for channel in cut { channel.close(promise: nil) }
    }

    func stop() async {
        self.open()
        try? await self.listener.close()
    }

    private func accept(_ inbound: any Channel) -> EventLoopFuture<Void> {
        guard let upstream = self.state.withLock({ $0.upstream }) else { return inbound.close() }
        return ClientBootstrap(group: inbound.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(to: upstream)
            .flatMap { outbound in
                self.state.withLock { $0.connections[ObjectIdentifier(inbound)] = inbound }
                return self.join(inbound, outbound)
            }
            .flatMapError { _ in inbound.close() }
    }

    private func join(_ inbound: any Channel, _ outbound: any Channel) -> EventLoopFuture<Void> {
        inbound.eventLoop.makeCompletedFuture {
            try inbound.pipeline.syncOperations.addHandler(
                RecordForwarder(to: outbound, isRequest: true, proxy: self))
            try outbound.pipeline.syncOperations.addHandler(
                RecordForwarder(to: inbound, isRequest: false, proxy: self))
        }.flatMap {
            inbound.setOption(.autoRead, value: true).and(
                outbound.setOption(.autoRead, value: true)
            )
            .map { _ in }
        }
    }

    fileprivate func withholds(isRequest: Bool) -> Bool {
        let (withhold, waiter) = self.state.withLock { state in
            let (withhold, trips) = state.gate.record(isRequest: isRequest)
            guard trips else { return (withhold, CheckedContinuation<Bool, Never>?.none) }
            state.hasTripped = true
            defer { state.waiter = nil }
            return (withhold, state.waiter)
        }
        waiter?.resume(returning: true)
        return withhold
    }
}

/// Passes whole TLS records on to the other side.
private final class RecordForwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private static let applicationData: UInt8 = 23
    private static let headerLength = 5
    /// TLS 1.3 sends the encrypted part of a mutual handshake as application data: certificate,
    /// its proof and the end from the client; extensions and the request before them from the
    /// server.
    private static let handshakeRecords = (ofClient: 3, ofServer: 5)

    private let peer: any Channel
    private let isRequest: Bool
    private let proxy: RecordProxy
    private var buffer = ByteBuffer()
    private var isCut = false
    private var handshakeRecords: Int

    init(to peer: any Channel, isRequest: Bool, proxy: RecordProxy) {
        self.peer = peer
        self.isRequest = isRequest
        self.proxy = proxy
        let (ofClient, ofServer) = Self.handshakeRecords
        self.handshakeRecords = isRequest ? ofClient : ofServer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.buffer.writeBuffer(&bytes)
        while let record = self.nextRecord() {
            if self.isCall(record), self.proxy.withholds(isRequest: self.isRequest) {
                self.isCut = true
            }
            // After a withheld record nothing more may pass: the records are numbered.
            if !self.isCut { self.peer.writeAndFlush(record, promise: nil) }
        }
        self.buffer.discardReadBytes()
    }

    private func isCall(_ record: ByteBuffer) -> Bool {
        guard record.getInteger(at: record.readerIndex) == Self.applicationData else {
            return false
        }
        guard self.handshakeRecords == 0 else {
            self.handshakeRecords -= 1
            return false
        }
        return true
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.peer.close(promise: nil)
        context.fireChannelInactive()
    }

    private func nextRecord() -> ByteBuffer? {
        let start = self.buffer.readerIndex
        guard let length: UInt16 = self.buffer.getInteger(at: start + 3) else { return nil }
        return self.buffer.readSlice(length: Self.headerLength + Int(length))
    }
}
