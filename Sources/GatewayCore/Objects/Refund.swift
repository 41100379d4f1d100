/// Money given back, as the API tells about it.
package struct Refund: APIObject {
    package var id: String
    package var amount: Int64
    package var currency: String
    package var charge: String
    package var paymentIntent: String
    package var status: String
    package var reason: String?
    package var failureReason: String?
    package var created: Int64
    package var balanceTransaction: String?
    package var failureBalanceTransaction: String?
    package var metadata: [(key: String, value: String)]

    package init(
        id: String, amount: Int64, currency: String, charge: String, paymentIntent: String,
        status: String, reason: String?, failureReason: String?, created: Int64,
        balanceTransaction: String?, failureBalanceTransaction: String?,
        metadata: [(key: String, value: String)]
    ) {
        self.id = id
        self.amount = amount
        self.currency = currency
        self.charge = charge
        self.paymentIntent = paymentIntent
        self.status = status
        self.reason = reason
        self.failureReason = failureReason
        self.created = created
        self.balanceTransaction = balanceTransaction
        self.failureBalanceTransaction = failureBalanceTransaction
        self.metadata = metadata
    }

    package func reference(_ field: String) -> Reference? {
        switch field {
        case "charge": Reference(.charge, self.charge)
        case "payment_intent": Reference(.paymentIntent, self.paymentIntent)
        case "balance_transaction":
            self.balanceTransaction.map { Reference(.balanceTransaction, $0) }
        case "failure_balance_transaction":
            self.failureBalanceTransaction.map { Reference(.balanceTransaction, $0) }
        default: nil
        }
    }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.begin("{")
        writer.json.field("id", self.id)
        writer.json.field("object", "refund")
        writer.json.field("amount", self.amount)
        writer.reference("balance_transaction", self.balanceTransaction, expanding)
        writer.reference("charge", self.charge, expanding)
        writer.json.field("created", self.created)
        writer.json.field("currency", self.currency)
        writer.json.object("destination_details") { json in
            json.object("card") { json in
                json.field("type", "refund")
                json.nulls("reference", "reference_status", "reference_type")
            }
            json.field("type", "card")
        }
        if self.status == "failed" {
            writer.reference(
                "failure_balance_transaction", self.failureBalanceTransaction, expanding)
            writer.json.field("failure_reason", self.failureReason)
        }
        writer.json.entries("metadata", self.metadata)
        writer.reference("payment_intent", self.paymentIntent, expanding)
        writer.json.field("reason", self.reason)
        writer.json.nulls("receipt_number", "source_transfer_reversal")
        writer.json.field("status", self.status)
        writer.json.nulls("transfer_reversal")
        writer.json.end("}")
    }
}
