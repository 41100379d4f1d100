internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Money

enum CaptureMethod: String, CaseIterable {
    case automatic
    /// The same here: a capture is always waited for.
    case automaticAsync = "automatic_async"
    case manual
}

/// What a payment intent is made or changed to.
struct PaymentIntentTerms: Sendable {
    let amount: Int64?
    let currency: Currency?
    let customer: String?
    /// Empty: none any more.
    let description: String?
    let metadata: MetadataChange?
    let paymentMethod: String?
    let settlementCurrency: Currency?
    let quote: String?

    init(_ parameters: inout Parameters) throws(APIError) {
        self.amount = try parameters.amount("amount")
        self.currency = try parameters.currency("currency")
        self.customer = try parameters.text("customer", length: 1...255)
        self.description = try parameters.text("description", length: 0...1_000)
        self.metadata = try parameters.metadata()
        self.paymentMethod = try parameters.text("payment_method", length: 1...255)
        self.settlementCurrency = try parameters.currency("settlement_currency")
        self.quote = try parameters.text("fx_quote", length: 1...255)
        try Self.checkMethods(&parameters)
    }

    /// How else it could be paid, of which there is one way: by card.
    private static func checkMethods(_ parameters: inout Parameters) throws(APIError) {
        if let types = try parameters.texts("payment_method_types") {
            guard types == ["card"] else {
                throw .invalid(
                    "The only payment method type is card.", "payment_method_types")
            }
        }
        if var group = try parameters.group("automatic_payment_methods") {
            _ = try group.flag("enabled")
            _ = try group.text("allow_redirects")
            try group.finish()
        }
        if let method = try parameters.text("confirmation_method"), method != "automatic" {
            throw .invalid("The only confirmation method is automatic.", "confirmation_method")
        }
    }

    /// What is to be asked of the payment service.
    func update(
        of payment: PaymentV1.Payment, _ chosen: PaymentMethod?
    ) throws(APIError) -> PaymentV1.UpdatePaymentRequest {
        var request = PaymentV1.UpdatePaymentRequest(paymentID: payment.id)
        if self.amount != nil || self.currency != nil {
            request.fields.append("amount")
            request.amount = CommonV1.Money(
                minorUnits: self.amount ?? payment.amount?.minorUnits ?? 0,
                currency: self.currency?.code ?? payment.amount?.currency ?? "")
            // A method that was refused does not come back with another amount.
            if chosen == nil, payment.status == .requiresPaymentMethod { request.clearMethod() }
        }
        if let chosen {
            request.fields += ["payment_method", "payment_method_id"]
            request.paymentMethod = chosen.card.name
            request.paymentMethodID = chosen.id
        }
        if let customer = self.customer {
            request.fields.append("customer_id")
            request.customerID = customer
        }
        if let description = self.description {
            request.fields.append("description")
            request.description = description
        }
        if let metadata = self.metadata { request.change(metadata) }
        if let currency = self.settlementCurrency {
            request.fields.append("settlement_currency")
            request.settlementCurrency = currency.code
        }
        if let quote = self.quote {
            request.fields.append("quote_id")
            request.quoteID = quote
        }
        return request
    }
}

extension PaymentV1.UpdatePaymentRequest {
    /// Takes the payment method away.
    mutating func clearMethod() {
        self.fields += ["payment_method", "payment_method_id"]
        self.paymentMethod = ""
        self.paymentMethodID = ""
    }

    mutating func change(_ metadata: MetadataChange) {
        if metadata.isCleared { self.fields.append("metadata") }
        self.fields.append("metadata_changes")
        self.metadataChanges = .init(metadata.entries)
    }
}

extension Parameters {
    /// - Throws: For what is no whole number of at least 1.
    mutating func amount(_ name: String) throws(APIError) -> Int64? {
        guard let amount = try self.integer(name) else { return nil }
        guard amount >= 1 else {
            throw .invalid(
                amount < 0
                    ? "Invalid positive integer"
                    : "This value must be greater than or equal to 1.",
                self.path(name), code: "parameter_invalid_integer")
        }
        return amount
    }

    mutating func currency(_ name: String) throws(APIError) -> Currency? {
        guard let code = try self.text(name, length: 1...40) else { return nil }
        do {
            return try Currency.named(code)
        } catch {
            throw .invalid(
                "Invalid currency: \(code.prefix(40)). Stripe-shaped codes are three letters of "
                    + "ISO 4217, like usd.", self.path(name))
        }
    }
}
