package import TLS

/// A method as its proto declares it. Generated code holds one for each.
package struct MethodDescriptor: Hashable, Sendable {
    /// Full name: `florin.payment.v1.PaymentService`.
    package let service: String
    /// `CreatePayment`
    package let name: String
    /// The roles that may call it. Everybody else gets `PERMISSION_DENIED`.
    package let callers: Set<Role>
    /// Whether a call may be repeated when its answer was lost.
    package let isIdempotent: Bool

    package init(service: String, name: String, callers: Set<Role>, isIdempotent: Bool) {
        self.service = service
        self.name = name
        self.callers = callers
        self.isIdempotent = isIdempotent
    }

    /// `florin.payment.v1.PaymentService/CreatePayment`
    package var path: String { "\(self.service)/\(self.name)" }
}

/// A method with the code that answers it: bytes of the request in, bytes of the response out.
///
/// The code runs on the connection's event loop, beside all other calls of that loop: it may await
/// whatever it likes, and must not compute for long or block.
package struct RPCMethod: Sendable {
    package typealias Handle = @Sendable ([UInt8], CallContext) async throws -> [UInt8]

    package let descriptor: MethodDescriptor
    package let handle: Handle

    package init(descriptor: MethodDescriptor, handle: @escaping Handle) {
        self.descriptor = descriptor
        self.handle = handle
    }
}
