/// How a call failed.
///
/// Travels as a `google.rpc.Status` with an `ErrorInfo` and, for wrong fields, a `BadRequest`.
/// `message` goes to the peer as it stands: nothing secret belongs into it.
package struct RPCError: Error, Hashable, Sendable {
    package var code: Code
    package var reason: ErrorReason?
    /// For people: what happened, and what to do next.
    package var message: String
    package var violations: [FieldViolation]
    /// More for programs, such as the state a payment is in.
    package var metadata: [String: String]
    /// Whether a handler may have begun the call: `false` only when it surely never reached one.
    package var mayHaveRun: Bool

    package init(
        code: Code, reason: ErrorReason? = nil, message: String,
        violations: [FieldViolation] = [], metadata: [String: String] = [:],
        mayHaveRun: Bool = true
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.violations = violations
        self.metadata = metadata
        self.mayHaveRun = mayHaveRun
    }
}

/// One wrong field of a request.
package struct FieldViolation: Hashable, Sendable {
    /// Path of the field: `amount.currency`.
    package var field: String
    /// What is wrong with it, and what would be right.
    package var description: String

    package init(field: String, description: String) {
        self.field = field
        self.description = description
    }
}

// What handlers say.
extension RPCError {
    /// A field of the request is wrong.
    package static func invalidArgument(
        field: String, _ description: String, reason: ErrorReason = .invalidArgument
    ) -> RPCError {
        RPCError(
            code: .invalidArgument, reason: reason, message: "\(field): \(description)",
            violations: [FieldViolation(field: field, description: description)])
    }

    /// Several fields of the request are wrong.
    package static func invalidArgument(
        _ violations: [FieldViolation], reason: ErrorReason = .invalidArgument
    ) -> RPCError {
        let message = violations.map { "\($0.field): \($0.description)" }
        return RPCError(
            code: .invalidArgument, reason: reason, message: message.joined(separator: "; "),
            violations: violations)
    }

    /// What the request names does not exist.
    package static func notFound(
        _ message: String, reason: ErrorReason = .resourceMissing, metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(code: .notFound, reason: reason, message: message, metadata: metadata)
    }

    /// The state of something forbids it: repeating the call unchanged will not help.
    package static func failedPrecondition(
        _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(code: .failedPrecondition, reason: reason, message: message, metadata: metadata)
    }

    /// The id is taken by something else.
    package static func alreadyExists(
        _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(code: .alreadyExists, reason: reason, message: message, metadata: metadata)
    }

    /// The value was well formed but lies beyond what there is.
    package static func outOfRange(
        _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(code: .outOfRange, reason: reason, message: message, metadata: metadata)
    }

    /// Somebody else came first: read again, then decide again.
    package static func aborted(
        _ reason: ErrorReason, _ message: String, metadata: [String: String] = [:]
    ) -> RPCError {
        RPCError(code: .aborted, reason: reason, message: message, metadata: metadata)
    }

    /// It cannot be done just now; the same call may succeed later.
    package static func unavailable(
        _ message: String, reason: ErrorReason = .unavailable, mayHaveRun: Bool = true
    ) -> RPCError {
        RPCError(
            code: .unavailable, reason: reason, message: message, mayHaveRun: mayHaveRun)
    }

    /// Something broke on our side. Details belong into the log, not into `message`.
    package static func `internal`(
        _ message: String = "internal error", reason: ErrorReason = .internal
    ) -> RPCError {
        RPCError(code: .internal, reason: reason, message: message)
    }
}

// What the transport and the stubs say.
extension RPCError {
    /// The request's payload is no message of the method's type. No handler has seen it.
    package static func malformedRequest(_ description: String) -> RPCError {
        RPCError(
            code: .invalidArgument, reason: .malformedMessage,
            message: "malformed request: \(description)", mayHaveRun: false)
    }

    /// The response's payload is no message of the method's type. The call has run.
    package static func malformedResponse(_ description: String) -> RPCError {
        RPCError(
            code: .internal, reason: .malformedMessage,
            message: "malformed response: \(description)")
    }

    package static func deadlineExceeded(mayHaveRun: Bool = true) -> RPCError {
        RPCError(
            code: .deadlineExceeded, reason: .deadlineExceeded, message: "deadline exceeded",
            mayHaveRun: mayHaveRun)
    }

    package static func cancelled(mayHaveRun: Bool = true) -> RPCError {
        RPCError(
            code: .cancelled, reason: .cancelled, message: "the call was cancelled",
            mayHaveRun: mayHaveRun)
    }
}

extension RPCError: CustomStringConvertible {
    /// `FAILED_PRECONDITION payment_busy: a saga is at work on this payment`
    package var description: String {
        let reason = self.reason.map { " \($0)" } ?? ""
        return "\(self.code)\(reason): \(self.message)"
    }
}
