internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit
internal import Stubs

/// Answers the acquirer's methods; each has a file of its own.
struct SandboxAcquirer: AcquirerServiceHandler {
    let store: EffectStore
    /// Where effects come about.
    let effects: GroupCommit<EffectBatch.Order, EffectBatch.Performed>
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let pendingRefund: Duration
    let heldCalls: HeldCalls

    /// Carries an instruction out and answers as the payment method or a script has it.
    ///
    /// The effect is committed before any wait, and no wait holds a database connection.
    ///
    /// - Throws: `RPCError` for a refusal, and in place of an answer that is never to come.
    func perform(
        _ instruction: Instruction, reference: String, notAfterUs: Int64, context: CallContext
    ) async throws -> AcquirerV1.Effect {
        let reference = try Self.reference(reference, field: "reference")
        guard notAfterUs > 0 else {
            throw RPCError.invalidArgument(
                field: "not_after_us", "must be a moment in Unix microseconds")
        }
        let now = self.clock.now()
        let performed: EffectBatch.Performed
        do {
            performed = try await self.effects.submit(
                EffectBatch.Order(
                    instruction: instruction, reference: reference,
                    pendingRefund: self.pendingRefund,
                    notAfter: Timestamp(microseconds: notAfterUs), now: now))
        } catch let error as AcquirerError {
            throw RPCError(error, parentField: instruction.parentField)
        }
        switch performed.delivery {
        case .atOnce: break
        case .late(let delay): try await self.heldCalls.hold(for: delay)
        case .unavailable: throw RPCError.unavailable("the card network is out of order; try again")
        case .never:
            let rest = context.deadline?.remaining() ?? HeldCalls.longest
            try await self.heldCalls.hold(for: min(rest, HeldCalls.longest))
            throw RPCError.deadlineExceeded()
        }
        guard let effect = performed.effect else { throw RPCError.deadlineExceeded() }
        return effect.wire(at: now)
    }

    /// - Throws: `INVALID_ARGUMENT` unless it has 1 to 255 characters that can be stored.
    static func reference(_ text: String, field: String) throws(RPCError) -> String {
        guard (1...255).contains(text.unicodeScalars.count), !text.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: field, "must have 1 to 255 characters, none of them U+0000")
        }
        return text
    }
}

extension Instruction {
    /// The request's field that names what the instruction works on.
    fileprivate var parentField: String {
        switch self {
        case .authorize, .purchase: "reference"
        case .capture, .void: "authorization_reference"
        case .refund: "capture_reference"
        }
    }
}
