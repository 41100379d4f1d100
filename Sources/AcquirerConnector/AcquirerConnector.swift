package import AcquirerCore
package import Identifiers
internal import Messages
package import Money
package import RPC
package import ServiceKit
internal import Stubs
internal import TLS

/// The way to the acquirer: drives one operation as far as it goes now.
package struct AcquirerConnector: Sendable {
    private let client: AcquirerServiceClient
    private let clock: any WallClock
    private let timeout: Duration
    private let window: Duration
    private let margin: Duration

    /// - Parameters:
    ///   - timeout: The longest that one call waits for its answer.
    ///   - window: How long after it was recorded the acquirer may still carry an operation out.
    ///   - margin: How much later an unknown reference proves that nothing was done. It covers the
    ///     difference of the two clocks and the acquirer's longest commit.
    package init(
        channel: any Channel, clock: any WallClock, timeout: Duration, window: Duration,
        margin: Duration
    ) {
        self.client = AcquirerServiceClient(channel)
        self.clock = clock
        self.timeout = timeout
        self.window = window
        self.margin = margin
    }

    /// Reads the settings `acquirer-timeout` (5s), `acquirer-window` (30s) and `acquirer-margin`
    /// (5s).
    ///
    /// - Throws: `ConfigurationError` with the setting that does not hold.
    package init(_ environment: ServiceEnvironment) throws(ConfigurationError) {
        let settings = environment.settings
        let allowed: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
        self.init(
            channel: try environment.channel(to: .acquirer), clock: environment.clock,
            timeout: try settings.duration("acquirer-timeout", default: .seconds(5), in: allowed),
            window: try settings.duration("acquirer-window", default: .seconds(30), in: allowed),
            margin: try settings.duration("acquirer-margin", default: .seconds(5), in: allowed))
    }

    /// The payment methods that the acquirer takes: those of the sandbox.
    package static let paymentMethods = Set(TestPaymentMethod.allCases.map(\.rawValue))

    var now: Timestamp { self.clock.now() }

    /// A new attempt, to be stored before anything is sent.
    package func attempt(_ reference: String) -> AcquirerAttempt {
        AcquirerAttempt(reference: reference, notAfter: self.clock.now() + self.window)
    }

    /// Sends the operation or asks what became of it, until nothing more can be learned now.
    ///
    /// - Parameter isFresh: Whether this very call stored the attempt.
    package func drive(
        _ operation: inout AcquirerOperation, isFresh: Bool, context: CallContext
    ) async -> AcquirerProgress {
        var command = operation.attempt.begin(isFresh: isFresh)
        while true {
            let answer: AcquirerAttempt.Answer
            switch command {
            case .conclude(let verdict): return .settled(verdict)
            case .waitInDoubt: return .inDoubt
            case .waitPending: return .pending
            case .send: answer = await self.send(operation, context: context)
            case .query: answer = await self.query(operation, context: context)
            }
            command = operation.attempt.receive(
                answer, margin: self.margin, now: self.clock.now())
        }
    }

    /// Asks what became of an operation, and settles it by the evidence as far as that holds.
    func settle(
        _ operation: inout AcquirerOperation, by evidence: AcquirerEvidence, context: CallContext
    ) async -> AcquirerAttempt.Settlement {
        let answer = await self.query(operation, context: context)
        return operation.attempt.settle(
            by: evidence, after: answer, margin: self.margin, now: self.clock.now())
    }

    private func send(
        _ operation: AcquirerOperation, context: CallContext
    ) async -> AcquirerAttempt.Answer {
        do {
            let effect = try await self.call(
                operation, options: context.options(timeout: self.timeout))
            return effect.map { $0.answer(to: operation.instruction) } ?? .nothing
        } catch {
            return Self.refusal(error).map { .decided(.declined($0)) } ?? .nothing
        }
    }

    private func call(
        _ operation: AcquirerOperation, options: CallOptions
    ) async throws(RPCError) -> AcquirerV1.Effect? {
        let reference = operation.attempt.reference
        let notAfter = operation.attempt.notAfter.microseconds
        switch operation.instruction {
        case .authorize(let amount, let paymentMethod):
            return try await self.client.authorize(
                AcquirerV1.AuthorizeRequest(
                    reference: reference, amount: amount.wire, paymentMethod: paymentMethod,
                    notAfterUs: notAfter), options: options
            ).effect
        case .purchase(let amount, let paymentMethod):
            return try await self.client.purchase(
                AcquirerV1.PurchaseRequest(
                    reference: reference, amount: amount.wire, paymentMethod: paymentMethod,
                    notAfterUs: notAfter), options: options
            ).effect
        case .capture(let amount, of: let authorization):
            return try await self.client.capture(
                AcquirerV1.CaptureRequest(
                    reference: reference, authorizationReference: authorization,
                    amount: amount.wire, notAfterUs: notAfter), options: options
            ).effect
        case .void(let authorization):
            return try await self.client.void(
                AcquirerV1.VoidRequest(
                    reference: reference, authorizationReference: authorization,
                    notAfterUs: notAfter), options: options
            ).effect
        case .refund(let amount, of: let capture):
            return try await self.client.refund(
                AcquirerV1.RefundRequest(
                    reference: reference, captureReference: capture, amount: amount.wire,
                    notAfterUs: notAfter), options: options
            ).effect
        }
    }

    private func query(
        _ operation: AcquirerOperation, context: CallContext
    ) async -> AcquirerAttempt.Answer {
        // Before it leaves: only a query sent after the window proves anything.
        let askedAt = self.clock.now()
        do {
            let response = try await self.client.getOperation(
                AcquirerV1.GetOperationRequest(reference: operation.attempt.reference),
                options: context.options(timeout: self.timeout))
            return response.effect.map { $0.answer(to: operation.instruction) } ?? .nothing
        } catch {
            guard error.code == .notFound, error.reason == .resourceMissing else { return .nothing }
            return .unknownReference(askedAt: askedAt)
        }
    }

    /// What an error says for sure; `nil` when the operation may have been done.
    private static func refusal(_ error: RPCError) -> Refusal? {
        switch error.code {
        case .invalidArgument, .notFound, .failedPrecondition, .outOfRange:
            Refusal(code: error.reason?.rawValue ?? "invalid_argument", message: error.message)
        case .ok, .cancelled, .unknown, .deadlineExceeded, .alreadyExists, .permissionDenied,
            .resourceExhausted, .aborted, .unimplemented, .internal, .unavailable, .dataLoss,
            .unauthenticated:
            nil
        }
    }
}

extension AcquirerV1.Effect {
    /// What it says about the operation that carries this instruction; nothing, if it is another's.
    func answer(to instruction: Instruction) -> AcquirerAttempt.Answer {
        guard self.kind.description == instruction.kind.rawValue,
            self.parentReference == instruction.parent ?? "",
            instruction.amount == nil || self.amount == instruction.amount?.wire
        else { return .nothing }
        let refusal = Refusal(
            code: self.code, declineCode: self.declineCode, message: self.message)
        return switch self.status {
        case .approved: .decided(.approved)
        case .declined, .failed: .decided(.declined(refusal))
        case .requiresAction: .decided(.requiresAction(refusal))
        case .pending: .pending
        default: .nothing
        }
    }
}

extension Instruction {
    /// `nil` for a void, which is of all that was authorized.
    package var amount: Money? {
        switch self {
        case .authorize(let amount, _), .purchase(let amount, _), .capture(let amount, _),
            .refund(let amount, _):
            amount
        case .void: nil
        }
    }
}
