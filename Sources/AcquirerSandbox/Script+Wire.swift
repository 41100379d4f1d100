internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import RPC

extension Script {
    /// Takes a rule of a request.
    ///
    /// - Throws: `INVALID_ARGUMENT` with the field that does not hold.
    init(_ wire: AcquirerV1.Script?, id: ScriptID) throws(RPCError) {
        guard let wire else { throw .invalidArgument(field: "script", "must be given") }
        guard wire.id.isEmpty else {
            throw .invalidArgument(field: "script.id", "must be empty; the sandbox gives it")
        }
        guard let behavior = Behavior(rawValue: wire.behavior.description) else {
            throw .invalidArgument(field: "script.behavior", "must be a known behaviour")
        }
        var kind: Effect.Kind?
        if wire.kind != .unspecified {
            kind = Effect.Kind(rawValue: wire.kind.description)
            guard kind != nil else {
                throw .invalidArgument(field: "script.kind", "must be a known kind of operation")
            }
        }
        for (field, text) in [
            ("reference_prefix", wire.referencePrefix), ("payment_method", wire.paymentMethod),
            ("decline_code", wire.declineCode),
        ] where text.unicodeScalars.contains("\0") {
            throw .invalidArgument(
                field: "script.\(field)", "must not contain the character U+0000")
        }
        do {
            try self.init(
                id: id, kind: kind, referencePrefix: wire.referencePrefix,
                paymentMethod: wire.paymentMethod, behavior: behavior,
                delay: .milliseconds(wire.delayMs), remaining: wire.remaining,
                declineCode: wire.declineCode)
        } catch {
            throw RPCError(error)
        }
    }

    var wire: AcquirerV1.Script {
        AcquirerV1.Script(
            id: self.id.description, kind: self.kind?.wire ?? .unspecified,
            referencePrefix: self.referencePrefix, paymentMethod: self.paymentMethod,
            behavior: AcquirerV1.Behavior(name: self.behavior.rawValue) ?? .unspecified,
            delayMs: self.delay.wholeMicroseconds / 1_000, remaining: self.remaining,
            declineCode: self.declineCode)
    }
}

extension RPCError {
    fileprivate init(_ error: ScriptError) {
        switch error {
        case .remainingNotPositive:
            self = .invalidArgument(field: "script.remaining", "must be at least 1")
        case .delayOutOfRange:
            self = .invalidArgument(field: "script.delay_ms", "must be 0 to 600,000")
        case .behaviorForRefundsOnly:
            self = .invalidArgument(field: "script.kind", "must be REFUND for this behaviour")
        case .textTooLong:
            self = .invalidArgument(
                field: "script",
                "reference_prefix, payment_method and decline_code have at most 255 characters")
        }
    }
}
