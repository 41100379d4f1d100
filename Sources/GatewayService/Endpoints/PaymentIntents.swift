internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import Stubs

extension API {
    func createPaymentIntent(_ call: inout Call) throws -> Work {
        let terms = try PaymentIntentTerms(&call.parameters)
        guard let amount = terms.amount else { throw call.parameters.missing("amount") }
        guard let currency = terms.currency else { throw call.parameters.missing("currency") }
        let captureMethod = try call.parameters.choice("capture_method", CaptureMethod.self)
        let confirm = try call.parameters.flag("confirm") ?? false
        let confirmation = try Confirmation(&call.parameters)
        if let name = confirmation.strictness, !confirm {
            throw APIError.invalid(
                "You cannot provide this parameter without confirm=true.", name)
        }
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let caller = call.caller
        return { [self] execution in
            let chosen = try await chosen(terms, customer: terms.customer, caller)
            let created =
                try await payments.createPayment(
                    PaymentV1.CreatePaymentRequest(
                        idempotencyKey: execution.key("create"), merchantID: caller.merchantID,
                        amount: CommonV1.Money(minorUnits: amount, currency: currency.code),
                        captureMethod: captureMethod == .manual ? .manual : .automatic,
                        paymentMethod: chosen?.card.name ?? "",
                        settlementCurrency: terms.settlementCurrency?.code ?? "",
                        quoteID: terms.quote ?? "", description: terms.description ?? "",
                        metadata: .init(terms.metadata?.initial ?? []),
                        customerID: terms.customer ?? "", paymentMethodID: chosen?.id ?? ""),
                    options: options
                ).payment ?? PaymentV1.Payment()
            execution.note()
            guard confirm else {
                return try await answer(PaymentIntent(created, caller.merchant), expansion, caller)
            }
            guard chosen != nil else { throw missingMethod(created, caller) }
            return try await process(created.id, confirmation, execution, expansion, caller)
        }
    }

    func retrievePaymentIntent(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(
                PaymentIntent(try await payment(id, caller), caller.merchant), expansion, caller)
        }
    }

    func listPaymentIntents(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let customer = try call.parameters.text("customer", length: 1...255)
        let (page, newerThan) = try query.page(PaymentID.self, kind: "payment_intent")
        let expansion = try call.parameters.expansion(of: .paymentIntent, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await payments.listPayments(
                PaymentV1.ListPaymentsRequest(
                    page: page, merchantID: caller.merchantID, customerID: customer ?? "",
                    createdFromUs: query.created.fromMicroseconds,
                    createdToUs: query.created.toMicroseconds, newerThan: newerThan),
                options: options)
            return try await answer(
                ObjectList(
                    found.payments.map { PaymentIntent($0, caller.merchant) },
                    hasMore: found.page?.nextCursor.isEmpty == false, url: "/v1/payment_intents"),
                expansion, caller)
        }
    }

    func updatePaymentIntent(_ call: inout Call) throws -> Work {
        let terms = try PaymentIntentTerms(&call.parameters)
        let expansion = try call.parameters.expansion(of: .paymentIntent)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            let before = try await payment(id, caller)
            let chosen = try await chosen(
                terms, customer: terms.customer ?? before.customerID.nonEmpty, caller)
            let request = try terms.update(of: before, chosen)
            guard !request.fields.isEmpty else {
                return try await answer(PaymentIntent(before, caller.merchant), expansion, caller)
            }
            let after: PaymentV1.Payment = try await refusingState(of: id, caller) {
                () throws(RPCError) in
                try await payments.updatePayment(request, options: options).payment
                    ?? PaymentV1.Payment()
            }
            execution.note()
            return try await answer(PaymentIntent(after, caller.merchant), expansion, caller)
        }
    }
}

extension API {
    /// The payment method that a request names.
    ///
    /// - Throws: When it is not there, or is another customer's.
    func chosen(
        _ terms: PaymentIntentTerms, customer: String?, _ caller: Caller
    ) async throws -> PaymentMethod? {
        if let quote = terms.quote {
            guard let id = QuoteID(quote), try await self.store.owns(id, scope: caller.scope) else {
                throw APIError.missing("fx_quote", quote, param: "fx_quote")
            }
        }
        if let id = terms.customer { _ = try await self.customer(id, caller, param: "customer") }
        guard let id = terms.paymentMethod else { return nil }
        return try await self.usable(id, customer: customer, caller)
    }

    func usable(
        _ id: String, customer: String?, _ caller: Caller
    ) async throws -> PaymentMethod {
        let stored = try await self.method(id, caller, param: "payment_method")
        guard !stored.isDetached else {
            throw APIError.invalid(
                "The provided PaymentMethod was previously used with a PaymentIntent without "
                    + "Customer attachment or was detached from a Customer, and may not be used "
                    + "again.", "payment_method")
        }
        if let owner = stored.method.customer, owner != customer {
            throw APIError.invalid(
                "The PaymentMethod '\(id)' belongs to the Customer '\(owner)'. Please include the "
                    + "Customer in the `customer` parameter on the PaymentIntent.",
                "payment_method")
        }
        return stored.method
    }

    func missingMethod(_ payment: PaymentV1.Payment, _ caller: Caller) -> APIError {
        var error = APIError.state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
                + "either update the PaymentIntent with a payment method and then confirm it "
                + "again, or confirm it again directly with a payment method.",
            code: "payment_intent_unexpected_state")
        error.paymentIntent = PaymentIntent(payment, caller.merchant).rendered()
        return error
    }

    /// Makes a refusal for the payment's state one that shows the payment, and tries again while
    /// something else is at work on it.
    func refusingState<Value: Sendable>(
        of id: String, _ caller: Caller, params: [String: String] = [:],
        _ body: @Sendable () async throws(RPCError) -> Value
    ) async throws -> Value {
        var patience = BusyPatience()
        while true {
            do throws(RPCError) {
                return try await body()
            } catch {
                if error.reason == .paymentBusy, let pause = patience.next() {
                    try await Task.sleep(for: pause)
                    continue
                }
                var refusal = APIError(error, params: params)
                if refusal.code == "payment_intent_unexpected_state" {
                    let payment = try await self.payment(id, caller)
                    refusal.paymentIntent = PaymentIntent(payment, caller.merchant).rendered()
                }
                throw refusal
            }
        }
    }
}

/// How long something else is waited for that works on the same payment: two seconds at most.
private struct BusyPatience {
    private var pause = Duration.milliseconds(10)
    private var left = Duration.seconds(2)

    mutating func next() -> Duration? {
        guard self.left > .zero else { return nil }
        self.left -= self.pause
        defer { self.pause = min(self.pause * 2, .milliseconds(200)) }
        return self.pause
    }
}
