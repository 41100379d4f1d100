/// Something that happened to an object, as the API and webhooks tell about it.
package struct Event: APIObject {
    package let id: String
    package let type: String
    /// Seconds since 1970.
    package let created: Int64
    package let isLive: Bool
    /// Its number among the account's events of this mode: from 1, without gaps.
    package let sequence: Int64
    /// The object as it then stood: JSON.
    package let object: [UInt8]
    /// What its changed attributes were before: JSON; `nil` in events that do not tell it.
    package let previous: [UInt8]?
    /// Of the endpoints that are told of it, how many have not taken it yet.
    package let pendingWebhooks: Int64

    package init(
        id: String, type: String, created: Int64, isLive: Bool, sequence: Int64,
        object: [UInt8], previous: [UInt8]? = nil, pendingWebhooks: Int64
    ) {
        self.id = id
        self.type = type
        self.created = created
        self.isLive = isLive
        self.sequence = sequence
        self.object = object
        self.previous = previous
        self.pendingWebhooks = pendingWebhooks
    }

    /// The form of all objects: what requests get that name no version.
    package static let apiVersion = "2025-09-30.clover"

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("id", self.id)
            json.field("object", "event")
            json.field("api_version", Self.apiVersion)
            json.field("created", self.created)
            json.object("data") { json in
                json.raw("object", self.object)
                if let previous = self.previous { json.raw("previous_attributes", previous) }
            }
            json.field("livemode", self.isLive)
            json.field("pending_webhooks", self.pendingWebhooks)
            json.object("request") { $0.nulls("id", "idempotency_key") }
            json.field("sequence", self.sequence)
            json.field("type", self.type)
        }
    }
}
