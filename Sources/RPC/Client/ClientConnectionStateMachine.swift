/// Numbers the calls of a client on one connection, and judges what the server sends.
///
/// Pure. Ids are odd and rise strictly; when they run out, the connection takes no more calls.
package struct ClientConnectionStateMachine: Hashable, Sendable {
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

    /// A frame has come. A response without a waiting call is a latecomer, if its stream was opened.
    package func received(kind: FrameKind, stream: UInt32) throws(ProtocolViolation) {
        guard stream != 0 else { throw .zeroStream }
        guard stream % 2 == 1 else { throw .evenStream }
        if let next, stream >= next { throw .unknownStream }
        switch kind {
        case .response: return
        case .request: throw .requestFromServer
        case .data: throw .dataFromServer
        }
    }
}
