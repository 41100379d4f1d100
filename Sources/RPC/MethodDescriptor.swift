internal import Messages
package import TLS
internal import Wire

/// A method as its proto declares it. Generated code holds one for each.
package struct MethodDescriptor: Hashable, Sendable {
    /// Which sides send more than one message.
    package enum Kind: Hashable, Sendable {
        case unary
        case clientStreaming
        case serverStreaming
        case bidirectional

        /// Whether the client sends messages beside its request.
        var takesMessages: Bool { self == .clientStreaming || self == .bidirectional }
        /// Whether the server sends messages before its response.
        var sendsMessages: Bool { self == .serverStreaming || self == .bidirectional }
    }

    /// Full name: `florin.payment.v1.PaymentService`.
    package let service: String
    /// `CreatePayment`
    package let name: String
    package let kind: Kind
    /// The roles that may call it. Everybody else gets `PERMISSION_DENIED`.
    package let callers: Set<Role>
    /// Whether a call may be repeated when its answer was lost.
    package let isIdempotent: Bool
    /// How each `ttrpc.Request` of the method begins: with its two names.
    let requestPrefix: [UInt8]

    package init(
        service: String, name: String, kind: Kind = .unary, callers: Set<Role>, isIdempotent: Bool
    ) {
        self.service = service
        self.name = name
        self.kind = kind
        self.callers = callers
        self.isIdempotent = isIdempotent
        self.requestPrefix = TTRPC.Request(service: service, method: name).encoded()
    }

    /// `florin.payment.v1.PaymentService/CreatePayment`
    package var path: String { "\(self.service)/\(self.name)" }
}
