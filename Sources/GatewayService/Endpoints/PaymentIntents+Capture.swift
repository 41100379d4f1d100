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
        let metadata = try call.parameters.metadata()
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            let before = try await payment(id, caller)
            // Once the money is taken it would be too late to refuse it.
            _ = try metadata?.applied(to: before.metadata.pairs)
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
            try check(captured.saga, captured.payment, caller)
            let payment =
                if let metadata { try await note(metadata, on: id) } else { captured.payment }
            return try await answer(
                PaymentIntent(payment ?? PaymentV1.Payment(), caller.merchant), expansion, caller)
        }
    }

    private func note(
        _ metadata: MetadataChange, on payment: String
    ) async throws(RPCError) -> PaymentV1.Payment? {
        var request = PaymentV1.UpdatePaymentRequest(paymentID: payment)
        request.change(metadata)
        return try await self.payments.updatePayment(request, options: self.options).payment
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
            try check(canceled.saga, canceled.payment, caller)
            return try await answer(
                PaymentIntent(canceled.payment ?? PaymentV1.Payment(), caller.merchant), expansion,
                caller)
        }
    }

    /// - Throws: When a capture or a cancellation was undone; the error shows the payment.
    private func check(
        _ saga: SagaV1.Saga?, _ payment: PaymentV1.Payment?, _ caller: Caller
    ) throws(APIError) {
        guard saga?.status == .compensated else { return }
        var error = APIError.state(
            saga?.failure?.message.nonEmpty ?? "It was refused.",
            code: saga?.failure?.code.nonEmpty)
        error.paymentIntent =
            PaymentIntent(payment ?? PaymentV1.Payment(), caller.merchant).rendered()
        throw error
    }
}
