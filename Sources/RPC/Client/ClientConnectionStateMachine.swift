/// Numbers the calls of a client on one connection, and judges what the server sends.
///
/// Pure. Ids are odd and rise strictly; when they run out, the connection takes no more calls.
package struct ClientConnectionStateMachine: Hashable, Sendable {
    /// What waits on a stream, as its owner knows it.
    package enum Waiting: Hashable, Sendable {
        /// Nothing any more.
        case nobody
        /// A response.
        case unary
        /// Messages, then the end.
        case messages
    }

    package enum OnFrame: Hashable, Sendable {
        /// A response: the stream has ended with it.
        case end
        /// A message of the stream; the last one may be none at all, only the word that it ends.
        case message(isLast: Bool)
        /// A latecomer: nobody waits for it.
        case ignore
    }

    /// `nil` once ids have run out.
    private var next: UInt32?

    /// - Parameter first: The first id, for tests near the end of the range.
    package init(first: UInt32 = 1) {
        precondition(first % 2 == 1)
        self.next = first
    }

    /// The stream of a new call; `nil` if there are no more.
    package mutating func open() -> UInt32? {
        guard let stream = self.next else { return nil }
        let (following, overflow) = stream.addingReportingOverflow(2)
        self.next = overflow ? nil : following
        return stream
    }

    package var canOpen: Bool { self.next != nil }

    /// A frame has come.
    package func received(
        kind: FrameKind, flags: FrameFlags, stream: UInt32, waiting: Waiting
    ) throws(ProtocolViolation) -> OnFrame {
        guard stream != 0 else { throw .zeroStream }
        guard stream % 2 == 1 else { throw .evenStream }
        if let next, stream >= next { throw .unknownStream }
        switch (kind, waiting) {
        case (.request, _): throw .requestFromServer
        case (_, .nobody): return .ignore
        case (.response, _): return .end
        case (.data, .unary): throw .unexpectedData
        case (.data, .messages): return .message(isLast: flags.contains(.remoteClosed))
        }
    }
}
