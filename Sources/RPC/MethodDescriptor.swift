internal import Messages
package import RPCCore
package import TLS
internal import Wire

/// A method as its proto declares it. Generated code holds one for each.
///
/// One reference: it is passed on with every call.
package struct MethodDescriptor: Hashable, Sendable {
    /// Which sides send more than one message.
    package enum Kind: Hashable, Sendable {
        case unary
        case clientStreaming
        case serverStreaming
        case bidirectional

        /// Whether the client sends messages beside its request.
        package var takesMessages: Bool { self == .clientStreaming || self == .bidirectional }
        /// Whether the server sends messages before its response.
        package var sendsMessages: Bool { self == .serverStreaming || self == .bidirectional }
    }

    private final class Storage: Sendable {
        let service: String
        let name: String
        let kind: Kind
        let callers: Set<Role>
        let isIdempotent: Bool
        let priority: Priority
        let retry: RetryPolicy?
        let requestPrefix: [UInt8]

        init(
            _ service: String, _ name: String, _ kind: Kind, _ callers: Set<Role>,
            _ isIdempotent: Bool, _ priority: Priority, _ retry: RetryPolicy?
        ) {
            self.service = service
            self.name = name
            self.kind = kind
            self.callers = callers
            self.isIdempotent = isIdempotent
            self.priority = priority
            self.retry = retry
            self.requestPrefix = TTRPC.Request(service: service, method: name).encoded()
        }
    }

    private let storage: Storage

    package init(
        service: String, name: String, kind: Kind = .unary, callers: Set<Role>,
        isIdempotent: Bool, priority: Priority = .normal, retry: RetryPolicy? = nil
    ) {
        self.storage = Storage(service, name, kind, callers, isIdempotent, priority, retry)
    }

    /// Which one it is, quickly.
    var identity: ObjectIdentifier { ObjectIdentifier(self.storage) }

    /// Full name: `florin.payment.v1.PaymentService`.
    package var service: String { self.storage.service }
    /// `CreatePayment`
    package var name: String { self.storage.name }
    package var kind: Kind { self.storage.kind }
    /// The roles that may call it. Everybody else gets `PERMISSION_DENIED`.
    package var callers: Set<Role> { self.storage.callers }
    /// Whether a call may be repeated when its answer was lost.
    package var isIdempotent: Bool { self.storage.isIdempotent }
    /// How much it matters when a server sheds load.
    package var priority: Priority { self.storage.priority }
    /// How a client makes a call again that failed; `nil`: it does not.
    package var retry: RetryPolicy? { self.storage.retry }
    /// How each `ttrpc.Request` of the method begins: with its two names.
    var requestPrefix: [UInt8] { self.storage.requestPrefix }

    /// `florin.payment.v1.PaymentService/CreatePayment`
    package var path: String { "\(self.service)/\(self.name)" }

    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage
            || (left.service == right.service && left.name == right.name)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.service)
        hasher.combine(self.name)
    }
}
