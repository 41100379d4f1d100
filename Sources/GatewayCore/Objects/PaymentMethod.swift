/// What a customer pays with, as the API tells about it: a token, never a card's number.
package struct PaymentMethod: APIObject {
    package var id: String
    package var isLive: Bool
    package var created: Int64
    package var card: TestCard
    package var customer: String?
    package var metadata: [(key: String, value: String)]

    package init(
        id: String, isLive: Bool, created: Int64, card: TestCard, customer: String? = nil,
        metadata: [(key: String, value: String)] = []
    ) {
        self.id = id
        self.isLive = isLive
        self.created = created
        self.card = card
        self.customer = customer
        self.metadata = metadata
    }

    package func reference(_ field: String) -> Reference? {
        field == "customer" ? self.customer.map { Reference(.customer, $0) } : nil
    }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.begin("{")
        writer.json.field("id", self.id)
        writer.json.field("object", "payment_method")
        writer.json.field("allow_redisplay", "unspecified")
        Charge.writeBillingDetails(&writer.json)
        self.card.write(&writer.json, name: "card")
        writer.json.field("created", self.created)
        writer.reference("customer", self.customer, expanding)
        writer.json.field("livemode", self.isLive)
        writer.json.entries("metadata", self.metadata)
        writer.json.field("type", "card")
        writer.json.end("}")
    }
}
