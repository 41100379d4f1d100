/// What a peer may not do. The connection ends: its state can no longer be trusted.
package enum ProtocolViolation: String, Error, CaseIterable, Hashable, Sendable {
    /// Stream 0 belongs to nobody.
    case zeroStream
    /// Clients open odd streams.
    case evenStream
    /// A request on a stream that is not above all before it.
    case streamNotRising
    /// Data or a response on a stream that was never opened.
    case unknownStream
    /// Only servers respond.
    case responseFromClient
    /// Only clients request.
    case requestFromServer
    /// Data on a unary call, or behind the last of its stream.
    case unexpectedData
    /// A response that is no message.
    case malformedResponse
}
