/// Decides what a server does with the frames of one connection.
///
///     serving ──drain──▶ draining ──last call ended──▶ finished
///        └──drain, no calls────────────────────────────▲
///
/// Pure: no socket, no clock, no payloads. Stream ids rise strictly, so one number tells streams
/// that were opened from those that were not; a call counts until its handler has ended, even if
/// it was answered before. Of each call only this is kept: whether its client may send more.
package struct ServerConnectionStateMachine: Hashable, Sendable {
    package struct Limits: Hashable, Sendable {
        /// Calls at once.
        package var calls: Int
        /// Bytes of requests of all calls at once.
        package var requestBytes: Int

        package init(calls: Int = 4096, requestBytes: Int = 64 << 20) {
            self.calls = calls
            self.requestBytes = requestBytes
        }
    }

    /// Why a well-formed request is not run.
    package enum Refusal: Hashable, Sendable {
        case draining
        case tooManyCalls
        case tooManyBytes
        case tooLarge
    }

    package enum OnRequest: Hashable, Sendable {
        case run
        case refuse(Refusal)
    }

    package enum OnData: Hashable, Sendable {
        case deliver(isLast: Bool)
        /// The call has ended meanwhile, and nobody wants it any more.
        case ignore
    }

    package enum OnQuiet: Hashable, Sendable {
        case wait
        /// Every accepted call was answered: say so by an orderly close.
        case close
    }

    private enum State: Hashable, Sendable {
        case serving
        case draining
        case finished
    }

    private var state: State = .serving
    private var lastStream: UInt32 = 0
    /// Those whose client may send more.
    private var openStreams: Set<UInt32> = []
    private var requestBytes = 0
    package private(set) var activeCalls = 0
    private let limits: Limits

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// A request has come. If it is to run, ``ended(stream:size:)`` must follow.
    package mutating func receivedRequest(
        stream: UInt32, flags: FrameFlags, size: Int
    ) throws(ProtocolViolation) -> OnRequest {
        try self.open(stream)
        switch self.state {
        case .draining, .finished:
            return .refuse(.draining)
        case .serving:
            guard self.activeCalls < self.limits.calls else { return .refuse(.tooManyCalls) }
            guard self.requestBytes + size <= self.limits.requestBytes else {
                return .refuse(.tooManyBytes)
            }
            self.activeCalls += 1
            self.requestBytes += size
            if flags.contains(.remoteOpen), !flags.contains(.remoteClosed) {
                self.openStreams.insert(stream)
            }
            return .run
        }
    }

    /// A request has begun that is too large to be taken.
    package mutating func receivedTooLarge(stream: UInt32) throws(ProtocolViolation) -> OnRequest {
        try self.open(stream)
        return .refuse(.tooLarge)
    }

    /// Data has come.
    ///
    /// - Parameter isActive: Whether the stream's call has not ended.
    package mutating func receivedData(
        stream: UInt32, flags: FrameFlags, isActive: Bool
    ) throws(ProtocolViolation) -> OnData {
        try self.check(stream)
        guard stream <= self.lastStream else { throw .unknownStream }
        guard isActive else { return .ignore }
        guard self.openStreams.contains(stream) else { throw .unexpectedData }
        let isLast = flags.contains(.remoteClosed)
        if isLast { self.openStreams.remove(stream) }
        return .deliver(isLast: isLast)
    }

    /// Whether the client of a call may send more on its stream.
    package func isOpen(stream: UInt32) -> Bool {
        !self.openStreams.isEmpty && self.openStreams.contains(stream)
    }

    /// The handler of a call that was run has ended, and its answer is on its way.
    package mutating func ended(stream: UInt32, size: Int) -> OnQuiet {
        precondition(self.activeCalls > 0)
        self.activeCalls -= 1
        self.requestBytes -= size
        if !self.openStreams.isEmpty { self.openStreams.remove(stream) }
        return self.quiet()
    }

    /// No new calls from now on.
    package mutating func drain() -> OnQuiet {
        switch self.state {
        case .serving, .draining:
            self.state = .draining
            return self.quiet()
        case .finished:
            return .wait
        }
    }

    private mutating func quiet() -> OnQuiet {
        guard self.state == .draining, self.activeCalls == 0 else { return .wait }
        self.state = .finished
        return .close
    }

    private mutating func open(_ stream: UInt32) throws(ProtocolViolation) {
        try self.check(stream)
        guard stream > self.lastStream else { throw .streamNotRising }
        self.lastStream = stream
    }

    private func check(_ stream: UInt32) throws(ProtocolViolation) {
        guard stream != 0 else { throw .zeroStream }
        guard stream % 2 == 1 else { throw .evenStream }
    }
}
