/// One attempt to take a payment's money, as the API tells about it.
package struct Charge: APIObject {
    package var id: String
    package var isLive: Bool
    package var amount: Int64
    package var amountCaptured: Int64
    package var amountRefunded: Int64
    package var currency: String
    package var isCaptured: Bool
    package var isRefunded: Bool
    package var status: String
    package var created: Int64
    package var balanceTransaction: String?
    package var customer: String?
    package var description: String?
    package var failureCode: String?
    package var failureMessage: String?
    package var declineCode: String?
    package var paymentIntent: String
    package var paymentMethod: String?
    package var card: TestCard?
    package var metadata: [(key: String, value: String)]

    package init(
        id: String, isLive: Bool, amount: Int64, amountCaptured: Int64, amountRefunded: Int64,
        currency: String, isCaptured: Bool, isRefunded: Bool, status: String, created: Int64,
        balanceTransaction: String?, customer: String?, description: String?,
        failureCode: String?, failureMessage: String?, declineCode: String?,
        paymentIntent: String, paymentMethod: String?, card: TestCard?,
        metadata: [(key: String, value: String)]
    ) {
        self.id = id
        self.isLive = isLive
        self.amount = amount
        self.amountCaptured = amountCaptured
        self.amountRefunded = amountRefunded
        self.currency = currency
        self.isCaptured = isCaptured
        self.isRefunded = isRefunded
        self.status = status
        self.created = created
        self.balanceTransaction = balanceTransaction
        self.customer = customer
        self.description = description
        self.failureCode = failureCode
        self.failureMessage = failureMessage
        self.declineCode = declineCode
        self.paymentIntent = paymentIntent
        self.paymentMethod = paymentMethod
        self.card = card
        self.metadata = metadata
    }

    package func reference(_ field: String) -> Reference? {
        switch field {
        case "customer": self.customer.map { Reference(.customer, $0) }
        case "payment_intent": Reference(.paymentIntent, self.paymentIntent)
        case "balance_transaction":
            self.balanceTransaction.map { Reference(.balanceTransaction, $0) }
        default: nil
        }
    }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.begin("{")
        writer.json.field("id", self.id)
        writer.json.field("object", "charge")
        writer.json.field("amount", self.amount)
        writer.json.field("amount_captured", self.amountCaptured)
        writer.json.field("amount_refunded", self.amountRefunded)
        writer.json.nulls("application", "application_fee", "application_fee_amount")
        writer.reference("balance_transaction", self.balanceTransaction, expanding)
        Self.writeBillingDetails(&writer.json)
        writer.json.nulls("calculated_statement_descriptor")
        writer.json.field("captured", self.isCaptured)
        writer.json.field("created", self.created)
        writer.json.field("currency", self.currency)
        writer.reference("customer", self.customer, expanding)
        writer.json.field("description", self.description)
        writer.json.field("disputed", false)
        writer.json.nulls("failure_balance_transaction")
        writer.json.field("failure_code", self.failureCode)
        writer.json.field("failure_message", self.failureMessage)
        writer.json.empty("fraud_details")
        writer.json.field("livemode", self.isLive)
        writer.json.entries("metadata", self.metadata)
        writer.json.nulls("on_behalf_of")
        self.writeOutcome(&writer.json)
        writer.json.field("paid", self.status == "succeeded")
        writer.reference("payment_intent", self.paymentIntent, expanding)
        writer.json.field("payment_method", self.paymentMethod)
        writer.json.object("payment_method_details") { json in
            self.card?.write(&json, name: "card")
            json.field("type", "card")
        }
        writer.json.nulls("receipt_email", "receipt_number", "receipt_url")
        writer.json.field("refunded", self.isRefunded)
        writer.json.nulls(
            "review", "shipping", "source", "source_transfer", "statement_descriptor",
            "statement_descriptor_suffix")
        writer.json.field("status", self.status)
        writer.json.nulls("transfer_data", "transfer_group")
        writer.json.end("}")
    }

    static func writeBillingDetails(_ json: inout JSONWriter) {
        json.object("billing_details") { json in
            json.object("address") { json in
                json.nulls("city", "country", "line1", "line2", "postal_code", "state")
            }
            json.nulls("email", "name", "phone", "tax_id")
        }
    }

    private func writeOutcome(_ json: inout JSONWriter) {
        guard self.status != "pending" else { return json.nulls("outcome") }
        let isGood = self.status == "succeeded"
        json.object("outcome") { json in
            json.nulls("advice_code", "network_advice_code", "network_decline_code")
            json.field(
                "network_status", isGood ? "approved_by_network" : "declined_by_network")
            json.field("reason", isGood ? nil : self.declineCode ?? self.failureCode)
            json.field("risk_level", "normal")
            json.field(
                "seller_message",
                isGood ? "Payment complete." : "The card network refused the payment.")
            json.field("type", isGood ? "authorized" : "issuer_declined")
        }
    }
}
