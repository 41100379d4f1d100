/// Whom a merchant sells to, as the API tells about it.
package struct Customer: APIObject {
    package var id: String
    package var isLive: Bool
    package var created: Int64
    package var name: String?
    package var email: String?
    package var phone: String?
    package var description: String?
    package var metadata: [(key: String, value: String)]
    package var isDeleted: Bool

    package init(
        id: String, isLive: Bool, created: Int64, name: String?, email: String?, phone: String?,
        description: String?, metadata: [(key: String, value: String)], isDeleted: Bool
    ) {
        self.id = id
        self.isLive = isLive
        self.created = created
        self.name = name
        self.email = email
        self.phone = phone
        self.description = description
        self.metadata = metadata
        self.isDeleted = isDeleted
    }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("id", self.id)
            json.field("object", "customer")
            guard !self.isDeleted else { return json.field("deleted", true) }
            json.nulls("address")
            json.field("balance", 0)
            json.field("created", self.created)
            json.nulls("currency", "default_source")
            json.field("delinquent", false)
            json.field("description", self.description)
            json.nulls("discount")
            json.field("email", self.email)
            json.field("invoice_prefix", self.invoicePrefix)
            json.object("invoice_settings") { json in
                json.nulls(
                    "custom_fields", "default_payment_method", "footer", "rendering_options")
            }
            json.field("livemode", self.isLive)
            json.entries("metadata", self.metadata)
            json.field("name", self.name)
            json.field("next_invoice_sequence", 1)
            json.field("phone", self.phone)
            json.texts("preferred_locales", [])
            json.nulls("shipping")
            json.field("tax_exempt", "none")
            json.nulls("test_clock")
        }
    }

    private var invoicePrefix: String { self.id.suffix(8).uppercased() }
}
