/// A payment, as the API tells about it.
package struct PaymentIntent: APIObject {
    package struct Failure: Sendable {
        package var code: String
        package var declineCode: String?
        package var message: String
        package var chargeID: String?
        package var paymentMethod: PaymentMethod?

        package init(
            code: String, declineCode: String?, message: String, chargeID: String?,
            paymentMethod: PaymentMethod?
        ) {
            self.code = code
            self.declineCode = declineCode
            self.message = message
            self.chargeID = chargeID
            self.paymentMethod = paymentMethod
        }
    }

    package var id: String
    package var isLive: Bool
    package var amount: Int64
    package var currency: String
    package var status: String
    package var captureMethod: String
    package var amountCapturable: Int64
    package var amountReceived: Int64
    package var clientSecret: String
    /// Seconds since 1970.
    package var created: Int64
    package var canceledAt: Int64?
    package var cancellationReason: String?
    package var customer: String?
    package var description: String?
    package var latestCharge: String?
    package var lastError: Failure?
    package var paymentMethod: String?
    package var nextAction: String?
    package var settlementCurrency: String?
    package var quote: String?
    package var metadata: [(key: String, value: String)]

    package init(
        id: String, isLive: Bool, amount: Int64, currency: String, status: String,
        captureMethod: String, amountCapturable: Int64, amountReceived: Int64,
        clientSecret: String, created: Int64, canceledAt: Int64? = nil,
        cancellationReason: String? = nil, customer: String? = nil, description: String? = nil,
        latestCharge: String? = nil, lastError: Failure? = nil, paymentMethod: String? = nil,
        nextAction: String? = nil, settlementCurrency: String? = nil, quote: String? = nil,
        metadata: [(key: String, value: String)] = []
    ) {
        self.id = id
        self.isLive = isLive
        self.amount = amount
        self.currency = currency
        self.status = status
        self.captureMethod = captureMethod
        self.amountCapturable = amountCapturable
        self.amountReceived = amountReceived
        self.clientSecret = clientSecret
        self.created = created
        self.canceledAt = canceledAt
        self.cancellationReason = cancellationReason
        self.customer = customer
        self.description = description
        self.latestCharge = latestCharge
        self.lastError = lastError
        self.paymentMethod = paymentMethod
        self.nextAction = nextAction
        self.settlementCurrency = settlementCurrency
        self.quote = quote
        self.metadata = metadata
    }

    package func reference(_ field: String) -> Reference? {
        switch field {
        case "customer": self.customer.map { Reference(.customer, $0) }
        case "payment_method": self.paymentMethod.map { Reference(.paymentMethod, $0) }
        case "latest_charge": self.latestCharge.map { Reference(.charge, $0) }
        default: nil
        }
    }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.begin("{")
        writer.json.field("id", self.id)
        writer.json.field("object", "payment_intent")
        writer.json.field("amount", self.amount)
        writer.json.field("amount_capturable", self.amountCapturable)
        writer.json.object("amount_details") { $0.empty("tip") }
        writer.json.field("amount_received", self.amountReceived)
        writer.json.nulls("application", "application_fee_amount", "automatic_payment_methods")
        writer.json.field("canceled_at", self.canceledAt)
        writer.json.field("cancellation_reason", self.cancellationReason)
        writer.json.field("capture_method", self.captureMethod)
        writer.json.field("client_secret", self.clientSecret)
        writer.json.field("confirmation_method", "automatic")
        writer.json.field("created", self.created)
        writer.json.field("currency", self.currency)
        writer.reference("customer", self.customer, expanding)
        writer.json.field("description", self.description)
        writer.json.nulls("excluded_payment_method_types")
        writer.json.field("fx_quote", self.quote)
        writer.json.nulls("hooks")
        self.writeLastError(&writer)
        writer.reference("latest_charge", self.latestCharge, expanding)
        writer.json.field("livemode", self.isLive)
        writer.json.entries("metadata", self.metadata)
        self.writeNextAction(&writer.json)
        writer.json.nulls("on_behalf_of")
        writer.reference("payment_method", self.paymentMethod, expanding)
        writer.json.nulls("payment_method_configuration_details")
        writer.json.object("payment_method_options") { json in
            json.object("card") { json in
                json.nulls("installments", "mandate_options", "network")
                json.field("request_three_d_secure", "automatic")
            }
        }
        writer.json.texts("payment_method_types", ["card"])
        writer.json.nulls(
            "processing", "receipt_email", "review", "setup_future_usage")
        writer.json.field("settlement_currency", self.settlementCurrency)
        writer.json.nulls(
            "shipping", "source", "statement_descriptor", "statement_descriptor_suffix")
        writer.json.field("status", self.status)
        writer.json.nulls("transfer_data", "transfer_group")
        writer.json.end("}")
    }

    private func writeLastError(_ writer: inout ObjectWriter) {
        guard let error = self.lastError else { return writer.json.nulls("last_payment_error") }
        writer.json.key("last_payment_error")
        writer.json.begin("{")
        writer.json.optional("charge", error.chargeID)
        writer.json.field("code", error.code)
        writer.json.optional("decline_code", error.declineCode)
        writer.json.field("doc_url", "docs/gateway.md#errors")
        writer.json.field("message", error.message)
        if let method = error.paymentMethod {
            writer.json.key("payment_method")
            method.write(&writer, expanding: .none)
        }
        writer.json.field("type", "card_error")
        writer.json.end("}")
    }

    private func writeNextAction(_ json: inout JSONWriter) {
        guard let action = self.nextAction else { return json.nulls("next_action") }
        json.object("next_action") { json in
            json.field("type", "use_stripe_sdk")
            json.object("use_stripe_sdk") { json in json.field("type", action) }
        }
    }
}
