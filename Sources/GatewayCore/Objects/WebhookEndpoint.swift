/// Where a merchant wants to be told of events, as the API tells about it.
package struct WebhookEndpoint: APIObject {
    package var id: String
    package var isLive: Bool
    /// Seconds since 1970.
    package var created: Int64
    package var url: String
    package var events: EventSelection
    package var description: String?
    package var isEnabled: Bool
    package var isDeleted: Bool
    package var metadata: [(key: String, value: String)]
    /// Told when it is made, and not again.
    package var secret: String?

    package init(
        id: String, isLive: Bool, created: Int64, url: String, events: EventSelection,
        description: String?, isEnabled: Bool = true, isDeleted: Bool = false,
        metadata: [(key: String, value: String)] = [], secret: String? = nil
    ) {
        self.id = id
        self.isLive = isLive
        self.created = created
        self.url = url
        self.events = events
        self.description = description
        self.isEnabled = isEnabled
        self.isDeleted = isDeleted
        self.metadata = metadata
        self.secret = secret
    }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("id", self.id)
            json.field("object", "webhook_endpoint")
            guard !self.isDeleted else { return json.field("deleted", true) }
            json.nulls("api_version", "application")
            json.field("created", self.created)
            json.field("description", self.description)
            json.texts("enabled_events", self.events.names)
            json.field("livemode", self.isLive)
            json.entries("metadata", self.metadata)
            json.optional("secret", self.secret)
            json.field("status", self.isEnabled ? "enabled" : "disabled")
            json.field("url", self.url)
        }
    }
}
