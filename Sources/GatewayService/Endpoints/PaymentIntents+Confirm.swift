internal import GatewayCore
internal import Messages
internal import RPC
internal import Stubs

/// How a payment intent is to be confirmed.
struct Confirmation: Sendable {
    /// The parameter by which a customer who would have to act makes it fail.
    let strictness: String?

    var failsOnAction: Bool { self.strictness != nil }

    init(_ parameters: inout Parameters) throws(APIError) {
        let isOffSession = try parameters.offSession()
        let failsOnAction = try parameters.flag("error_on_requires_action") ?? false
        self.strictness =
            failsOnAction ? "error_on_requires_action" : isOffSession ? "off_session" : nil
        // Nobody is sent anywhere here, and every confirmation is the merchant's own.
        _ = try parameters.text("return_url", length: 0...2_000)
        _ = try parameters.flag("use_stripe_sdk")
    }
}

extension Parameters {
    /// Whether the customer is away, and cannot act: told by a flag, or by how often that will be.
    fileprivate mutating func offSession() throws(APIError) -> Bool {
        guard let text = try self.text("off_session") else { return false }
        guard let isOffSession = Self.offSession[text] else {
            throw .invalid(
                "Invalid off_session: must be true, false, one_off or recurring", "off_session")
        }
        return isOffSession
    }

    private static let offSession = [
        "true": true, "false": false, "one_off": true, "recurring": true,
    ]
}

extension API {
    func confirmPaymentIntent(_ call: inout Call) throws -> Work {
        let method = try call.parameters.text("payment_method", length: 1...255)
        let confirmation = try Confirmation(&call.parameters)
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            let before = try await payment(id, caller)
            // A try that was broken off may have begun: its saga is joined, and nothing changed.
            if before.isOpen || !execution.isResumed {
                try await choose(method, for: before, execution, caller)
            }
            return try await process(id, confirmation, execution, expansion, caller)
        }
    }

    /// Sets the payment method that a confirmation names.
    private func choose(
        _ method: String?, for payment: PaymentV1.Payment, _ execution: Execution,
        _ caller: Caller
    ) async throws {
        guard let method else {
            // One that was refused is not tried again by itself.
            guard payment.status != .requiresPaymentMethod || execution.isResumed else {
                throw self.missingMethod(payment, caller)
            }
            return
        }
        let chosen = try await self.usable(
            method, customer: payment.customerID.nonEmpty, caller)
        let request = PaymentV1.UpdatePaymentRequest(
            paymentID: payment.id, fields: ["payment_method", "payment_method_id"],
            paymentMethod: chosen.card.name, paymentMethodID: chosen.id)
        _ = try await self.refusingState(of: payment.id, caller) { () throws(RPCError) in
            try await self.payments.updatePayment(request, options: self.options)
        }
        execution.note()
    }

    /// Takes the payment's money, or sets it aside.
    func process(
        _ id: String, _ confirmation: Confirmation, _ execution: Execution,
        _ expansion: Expansion, _ caller: Caller
    ) async throws -> Answer {
        let key = execution.key("confirm")
        let processed = try await self.refusingState(of: id, caller) { () throws(RPCError) in
            try await self.orchestrator.processPayment(
                .init(idempotencyKey: key, paymentID: id), options: self.options)
        }
        execution.note(movesMoney: true)
        var payment = processed.payment ?? PaymentV1.Payment()
        if payment.status == .requiresAction, confirmation.failsOnAction {
            // The customer cannot act now: it needs another payment method.
            var request = PaymentV1.UpdatePaymentRequest(paymentID: id)
            request.clearMethod()
            payment =
                try await self.payments.updatePayment(request, options: self.options).payment
                ?? payment
            throw self.refusal(of: payment, processed.saga, caller)
        }
        guard processed.saga?.status == .compensated, payment.status != .requiresAction else {
            return try await self.answer(PaymentIntent(payment, caller.merchant), expansion, caller)
        }
        throw self.refusal(of: payment, processed.saga, caller)
    }

    /// Why a payment was not taken: 402 when it was the card's fault.
    private func refusal(
        of payment: PaymentV1.Payment, _ saga: SagaV1.Saga?, _ caller: Caller
    ) -> APIError {
        let failure = payment.lastFailure
        let intent = PaymentIntent(payment, caller.merchant)
        let code = failure?.code.nonEmpty ?? saga?.failure?.code ?? ""
        let message = failure?.message.nonEmpty ?? saga?.failure?.message ?? ""
        var error: APIError
        if let shown = CardErrorCode(code) {
            error = APIError(
                status: 402, kind: .card, shown.message(message), code: shown.rawValue,
                remembered: .always)
            error.declineCode = failure?.declineCode.nonEmpty
            error.chargeID = failure?.chargeID.nonEmpty
            error.paymentMethod = intent.lastError?.paymentMethod?.rendered()
        } else {
            error = .state(message, code: code)
        }
        error.paymentIntent = intent.rendered()
        return error
    }
}

/// The codes of what is the card's fault, or its network's.
private enum CardErrorCode: String {
    case cardDeclined = "card_declined"
    case expiredCard = "expired_card"
    case incorrectCVC = "incorrect_cvc"
    case processingError = "processing_error"
    case authenticationRequired = "authentication_required"

    init?(_ code: String) {
        // An acquirer that never answered could not process it either.
        self.init(rawValue: code == "acquirer_unreachable" ? "processing_error" : code)
    }

    func message(_ own: String) -> String {
        switch self {
        case .cardDeclined: own.isEmpty ? "Your card was declined." : own
        case .expiredCard: "Your card has expired."
        case .incorrectCVC: "Your card's security code is incorrect."
        case .processingError:
            "An error occurred while processing your card. Try again in a little bit."
        case .authenticationRequired:
            "Your card was declined. This transaction requires authentication."
        }
    }
}
