internal import GatewayCore
internal import Messages
internal import RPC
internal import Stubs

enum CancellationReason: String, CaseIterable {
    case duplicate
    case fraudulent
    case requestedByCustomer = "requested_by_customer"
    case abandoned
}

extension API {
    func capturePaymentIntent(_ call: inout Call) throws -> Work {
        let amount = try call.parameters.amount("amount_to_capture")
        if try call.parameters.flag("final_capture") == false {
            throw APIError.invalid("Every capture is final here.", "final_capture")
        }
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            let before = try await payment(id, caller)
            let money = amount.map {
                CommonV1.Money(minorUnits: $0, currency: before.amount?.currency ?? "")
            }
            if let amount, amount > before.amountCapturable, before.status == .requiresCapture {
                throw APIError.invalid(
                    "The amount to capture exceeds what is capturable: "
                        + "\(before.amountCapturable).", "amount_to_capture",
                    code: "amount_too_large")
            }
            let captured = try await refusingState(
                of: id, caller, params: ["amount": "amount_to_capture"]
            ) { () throws(RPCError) in
                try await orchestrator.capturePayment(
                    .init(
                        idempotencyKey: execution.key("capture"), paymentID: id, amount: money),
                    options: options)
            }
            execution.note(movesMoney: true)
            return try await ended(captured.saga, captured.payment, expansion, caller)
        }
    }

    func cancelPaymentIntent(_ call: inout Call) throws -> Work {
        let reason = try call.parameters.choice(
            "cancellation_reason", CancellationReason.self)
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            _ = try await payment(id, caller)
            let canceled = try await refusingState(of: id, caller) { () throws(RPCError) in
                try await orchestrator.cancelPayment(
                    .init(
                        idempotencyKey: execution.key("cancel"), paymentID: id,
                        reason: reason?.rawValue ?? ""), options: options)
            }
            execution.note(movesMoney: true)
            return try await ended(canceled.saga, canceled.payment, expansion, caller)
        }
    }

    /// The answer of a capture or a cancellation: the payment, unless it was undone.
    private func ended(
        _ saga: SagaV1.Saga?, _ payment: PaymentV1.Payment?, _ expansion: Expansion,
        _ caller: Caller
    ) async throws -> Answer {
        let intent = PaymentIntent(payment ?? PaymentV1.Payment(), caller.merchant)
        guard saga?.status == .compensated else {
            return try await self.answer(intent, expansion, caller)
        }
        var error = APIError.state(
            saga?.failure?.message.nonEmpty ?? "It was refused.",
            code: saga?.failure?.code.nonEmpty)
        error.paymentIntent = intent.rendered()
        throw error
    }
}
