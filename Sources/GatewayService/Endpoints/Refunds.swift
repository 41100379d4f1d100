internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs

enum RefundReason: String, CaseIterable {
    case duplicate
    case fraudulent
    case requestedByCustomer = "requested_by_customer"
}

extension API {
    func createRefund(_ call: inout Call) throws -> Work {
        let intent = try call.parameters.text("payment_intent", length: 1...255)
        let charge = try call.parameters.text("charge", length: 1...255)
        let amount = try call.parameters.amount("amount")
        let reason = try call.parameters.choice("reason", RefundReason.self)
        let metadata = try call.parameters.metadata()
        let expansion = try call.parameters.expansion(of: .refund)
        guard intent != nil || charge != nil else {
            throw APIError.invalid(
                "One of the following params should be provided for this request: payment_intent "
                    + "or charge.", "payment_intent", code: "parameter_missing")
        }
        let caller = call.caller
        return { [self] execution in
            let payment = try await paymentToRefund(intent, charge: charge, caller)
            let request = SagaV1.RefundPaymentRequest(
                idempotencyKey: execution.key("refund"), paymentID: payment.id,
                amount: amount.map {
                    CommonV1.Money(minorUnits: $0, currency: payment.amount?.currency ?? "")
                },
                reason: reason?.rawValue ?? "", metadata: .init(metadata?.initial ?? []))
            let answered = try await refusingState(of: payment.id, caller) {
                () throws(RPCError) in
                try await orchestrator.refundPayment(
                    request, options: CallOptions(timeout: patience.refund))
            }
            execution.note(movesMoney: true)
            guard let refund = answered.refund else {
                throw APIError.state(
                    answered.saga?.failure?.message.nonEmpty ?? "The refund was refused.",
                    code: answered.saga?.failure?.code.nonEmpty)
            }
            return try await answer(Refund(refund), expansion, caller)
        }
    }

    /// The payment that a refund is of.
    private func paymentToRefund(
        _ intent: String?, charge: String?, _ caller: Caller
    ) async throws -> PaymentV1.Payment {
        guard let charge else {
            return try await self.payment(intent ?? "", caller, param: "payment_intent")
        }
        let record = try await self.charge(charge, caller, param: "charge")
        guard intent == nil || intent == record.paymentID else {
            throw APIError.invalid(
                "The charge is not one of the PaymentIntent's.", "charge")
        }
        guard record.charge?.status == .succeeded else {
            throw APIError.state("Charge \(charge) has failed and cannot be refunded.")
        }
        return try await self.payment(record.paymentID, caller, param: "charge")
    }

    func retrieveRefund(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .refund)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(Refund(try await refund(id, caller)), expansion, caller)
        }
    }

    func listRefunds(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let intent = try call.parameters.paymentIntentFilter()
        let charge = try call.parameters.text("charge", length: 1...255)
        if let charge, ChargeID(charge) == nil {
            throw APIError.missing("charge", charge, param: "charge")
        }
        let (page, newerThan) = try query.page(RefundID.self, kind: "refund")
        let expansion = try call.parameters.expansion(of: .refund, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await refunds.listRefunds(
                RefundV1.ListRefundsRequest(
                    page: page, paymentID: intent ?? "", merchantID: caller.merchantID,
                    chargeID: charge ?? "", createdFromUs: query.created.fromMicroseconds,
                    createdToUs: query.created.toMicroseconds, newerThan: newerThan),
                options: options)
            return try await answer(
                ObjectList(
                    found.refunds.map { Refund($0) },
                    hasMore: found.page?.nextCursor.isEmpty == false, url: "/v1/refunds"),
                expansion, caller)
        }
    }

    func updateRefund(_ call: inout Call) throws -> Work {
        let metadata = try call.parameters.metadata()
        let expansion = try call.parameters.expansion(of: .refund)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            let before = try await refund(id, caller)
            guard let metadata else {
                return try await answer(Refund(before), expansion, caller)
            }
            let after = try await refunds.updateRefund(
                .init(
                    refundID: id, metadataChanges: .init(metadata.entries),
                    clearMetadata: metadata.isCleared), options: options
            ).refund
            execution.note()
            return try await answer(Refund(after ?? before), expansion, caller)
        }
    }

    /// No refund here waits for anyone who could change their mind.
    func cancelRefund(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .refund)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            let refund = try await refund(id, caller)
            throw APIError.state(
                "You can only cancel a refund with the status requires_action. The refund has the "
                    + "status \(refund.status).")
        }
    }
}
