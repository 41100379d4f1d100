internal import Messages
internal import SagaCore
internal import SagaEngine
internal import Stubs
internal import Wire

/// Steps that the payment service carries out.
extension FlowStep {
    /// Gives the payment to this saga; undone by giving it back, with the failure if there is one.
    static func begin(_ intent: PaymentV1.AttemptIntent) -> FlowStep {
        .compensatable("begin") { context in
            .done(try await context.begin(intent))
        } undo: { context in
            let request = PaymentV1.FailRequest(
                operation: context.operation, paymentID: context.input.paymentID,
                failure: PaymentV1.PaymentFailure(context.record.saga.failure),
                nextAction: try context.nextAction)
            _ = try await context.participants.payment.fail(request, options: context.options)
            return .done
        }
    }

    /// Sets the money aside at the acquirer, where it is to stay there; undone by releasing it.
    static let authorizeToHold = external("authorize") { context in
        guard try await !context.begun().isCaptured else { return .notNeeded }
        return try await context.authorize()
    } undo: { context in
        try await context.voidAuthorized()
    }

    /// Sets the money aside at the acquirer; undone by releasing it.
    static let authorize = external("authorize") { context in
        try await context.authorize()
    } undo: { context in
        try await context.voidAuthorized()
    }

    /// Takes the money at the acquirer at once: the payment has then succeeded. With manual capture
    /// it is held instead, on the terms that a later saga captures or releases it by.
    static let purchaseOrHold = pivot("capture") { context in
        let begun = try await context.begun()
        return try await begun.isCaptured ? context.purchase(begun) : context.keepHeld(begun)
    }

    /// Takes the money that was set aside at the acquirer: the payment has then succeeded. With
    /// manual capture it is held instead, as ``purchaseOrHold`` does.
    static let captureOrHold = pivot("capture") { context in
        let begun = try await context.begun()
        return try await begun.isCaptured ? context.capture(begun) : context.keepHeld(begun)
    }

    /// Takes money at the acquirer that was held: the payment has then succeeded.
    static let capture = pivot("capture") { context in
        try await context.capture(try await context.begun())
    }

    /// Releases the money at the acquirer, if an earlier saga set it aside.
    static let void = pivot("void") { context in
        guard try await context.begun().terms != nil else { return .notNeeded }
        let request = PaymentV1.VoidRequest(
            operation: context.operation, paymentID: context.input.paymentID)
        let answer = try await context.participants.payment.void(
            request, options: context.options)
        return StepResult(answer.outcome, answer.failure, answer)
    }

    /// Ends the payment, with nothing held for it any more.
    static let cancel = retriable("cancel") { context in
        let request = PaymentV1.CancelRequest(
            operation: context.operation, paymentID: context.input.paymentID,
            reason: context.input.reason)
        return .done(
            try await context.participants.payment.cancel(request, options: context.options))
    }

    /// Sets a part of the captured amount aside for this refund.
    static let reserveRefund = compensatable("reserve") { context in
        .done(try await context.reserve())
    } undo: { context in
        let request = PaymentV1.ReleaseRefundRequest(
            operation: context.operation, paymentID: context.input.paymentID,
            refundID: context.input.refundID)
        _ = try await context.participants.payment.releaseRefund(
            request, options: context.options)
        return .done
    }

    static let applyRefund = retriable("apply") { context in
        let request = PaymentV1.ApplyRefundRequest(
            operation: context.operation, paymentID: context.input.paymentID,
            refundID: context.input.refundID)
        return .done(
            try await context.participants.payment.applyRefund(request, options: context.options))
    }
}

extension StepContext {
    fileprivate func authorize() async throws -> StepResult {
        let request = PaymentV1.AuthorizeRequest(operation: operation, paymentID: input.paymentID)
        let answer = try await participants.payment.authorize(request, options: options)
        return StepResult(answer.outcome, answer.failure, answer)
    }

    fileprivate func voidAuthorized() async throws -> UndoResult {
        let request = PaymentV1.VoidRequest(operation: operation, paymentID: input.paymentID)
        let answer = try await participants.payment.void(request, options: options)
        switch answer.outcome {
        case .approved: return .done
        case .declined: return .refused(answer.failure?.code ?? "declined")
        default: return .inDoubt
        }
    }

    fileprivate func purchase(
        _ begun: PaymentV1.BeginAttemptResponse
    ) async throws -> StepResult {
        let settled = try await settledPayment(begun)
        let request = PaymentV1.PurchaseRequest(
            operation: operation, paymentID: input.paymentID,
            settlement: try settled.settlement(captured: begun.amountToCapture))
        let answer = try await participants.payment.purchase(request, options: options)
        return StepResult(answer.outcome, answer.failure, answer)
    }

    fileprivate func keepHeld(
        _ begun: PaymentV1.BeginAttemptResponse
    ) async throws -> StepResult {
        let request = PaymentV1.HoldRequest(
            operation: operation, paymentID: input.paymentID,
            terms: try await settledPayment(begun).terms)
        let answer = try await participants.payment.hold(request, options: options)
        return .done(PaymentV1.PurchaseResponse(outcome: .approved, payment: answer.payment))
    }

    /// What the acquirer says the customer has to do first; empty when nothing.
    fileprivate var nextAction: String {
        get throws {
            let asked = try answer(of: "authorize", as: PaymentV1.AuthorizeResponse.self)
            let taken = try answer(of: "capture", as: PaymentV1.PurchaseResponse.self)
            return asked?.nextAction ?? taken?.nextAction ?? ""
        }
    }

    fileprivate func capture(
        _ begun: PaymentV1.BeginAttemptResponse
    ) async throws -> StepResult {
        let amount = begun.amountToCapture
        let request = PaymentV1.CaptureRequest(
            operation: operation, paymentID: input.paymentID, amount: amount,
            settlement: try await settledPayment(begun).settlement(captured: amount))
        let answer = try await participants.payment.capture(request, options: options)
        return StepResult(answer.outcome, answer.failure, answer)
    }

    fileprivate func begin(
        _ intent: PaymentV1.AttemptIntent
    ) async throws -> PaymentV1.BeginAttemptResponse {
        let request = PaymentV1.BeginAttemptRequest(
            operation: operation(of: "begin", .action), paymentID: input.paymentID,
            intent: intent, captureAmount: input.amount?.minorUnits ?? 0)
        return try await participants.payment.beginAttempt(request, options: options)
    }

    fileprivate func reserve() async throws -> PaymentV1.ReserveRefundResponse {
        let request = PaymentV1.ReserveRefundRequest(
            operation: operation(of: "reserve", .action), paymentID: input.paymentID,
            refundID: input.refundID, amount: input.amount?.minorUnits ?? 0)
        return try await participants.payment.reserveRefund(request, options: options)
    }

    /// What BeginAttempt answered. Where nothing is recorded, because an orchestrator died with
    /// it, the participant is asked again and answers the same.
    func begun() async throws -> PaymentV1.BeginAttemptResponse {
        if let answer = try answer(of: "begin", as: PaymentV1.BeginAttemptResponse.self) {
            return answer
        }
        // Only a saga that holds money asks before it has begun: to learn what to release.
        return try await begin(.process)
    }

    /// What ReserveRefund answered; see ``begun()``.
    func reserved() async throws -> PaymentV1.ReserveRefundResponse {
        if let answer = try answer(of: "reserve", as: PaymentV1.ReserveRefundResponse.self) {
            return answer
        }
        return try await reserve()
    }
}

extension PaymentV1.BeginAttemptResponse {
    /// Whether this saga takes the money; if not, it leaves it held.
    var isCaptured: Bool { captureAmount > 0 || payment?.captureMethod != .manual }

    /// Minor units: what the caller asked for, or all of the payment.
    var amountToCapture: Int64 {
        captureAmount > 0 ? captureAmount : payment?.amount?.minorUnits ?? 0
    }
}

extension PaymentV1.PaymentFailure {
    fileprivate init?(_ failure: Failure?) {
        guard let failure else { return nil }
        self.init(
            code: failure.code, declineCode: failure.declineCode, message: failure.message)
    }
}

extension StepResult {
    fileprivate init(
        _ outcome: PaymentV1.AcquirerOutcome, _ failure: PaymentV1.PaymentFailure?,
        _ answer: any Message
    ) {
        switch outcome {
        case .approved:
            self = .done(answer)
        case .declined:
            self = .refused(
                code: failure?.code ?? "card_declined", declineCode: failure?.declineCode ?? "",
                message: failure?.message ?? "", answer: answer)
        case .requiresAction:
            self = .refused(
                code: failure?.code ?? "authentication_required",
                message: failure?.message ?? "The customer has to act first.", answer: answer)
        default:
            // IN_DOUBT, and whatever a later version may answer: to be asked again.
            self = .inDoubt
        }
    }
}
