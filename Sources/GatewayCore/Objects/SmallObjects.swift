/// The merchant itself, as the API tells about it.
package struct Account: APIObject {
    package let id: String
    package let created: Int64
    package let displayName: String
    package let isLive: Bool

    package init(id: String, created: Int64, displayName: String, isLive: Bool) {
        self.id = id
        self.created = created
        self.displayName = displayName
        self.isLive = isLive
    }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("id", self.id)
            json.field("object", "account")
            json.object("business_profile") { json in
                json.nulls("mcc")
                json.field("name", self.displayName)
                json.nulls("product_description", "support_email", "support_phone", "url")
            }
            json.nulls("business_type")
            json.object("capabilities") { $0.field("card_payments", "active") }
            json.field("charges_enabled", true)
            json.nulls("country")
            json.field("created", self.created)
            json.nulls("default_currency")
            json.field("details_submitted", true)
            json.nulls("email")
            json.empty("metadata")
            json.field("payouts_enabled", false)
            json.object("settings") { json in
                json.object("dashboard") { $0.field("display_name", self.displayName) }
            }
            json.field("type", "standard")
        }
    }
}

/// A promise to exchange one amount at one rate, once, as the API tells about it.
package struct FXQuote: APIObject {
    package let id: String
    package let isLive: Bool
    package let created: Int64
    package let expires: Int64
    package let status: String
    package let from: (amount: Int64, currency: String)
    package let to: (amount: Int64, currency: String)
    package let gross: Int64
    package let spread: Int64
    /// Major units, as a decimal number.
    package let midRate: String
    package let source: String
    /// "2026-11-20"
    package let publishedOn: String

    package init(
        id: String, isLive: Bool, created: Int64, expires: Int64, status: String,
        from: (amount: Int64, currency: String), to: (amount: Int64, currency: String),
        gross: Int64, spread: Int64, midRate: String, source: String, publishedOn: String
    ) {
        self.id = id
        self.isLive = isLive
        self.created = created
        self.expires = expires
        self.status = status
        self.from = from
        self.to = to
        self.gross = gross
        self.spread = spread
        self.midRate = midRate
        self.source = source
        self.publishedOn = publishedOn
    }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("id", self.id)
            json.field("object", "fx_quote")
            json.field("created", self.created)
            json.field("from_amount", self.from.amount)
            json.field("from_currency", self.from.currency)
            json.field("gross_amount", self.gross)
            json.field("livemode", self.isLive)
            json.field("lock_expires_at", self.expires)
            json.field("lock_status", self.status)
            json.raw("mid_rate", Array(self.midRate.utf8))
            json.field("rate_published_on", self.publishedOn)
            json.field("rate_source", self.source)
            json.field("spread_amount", self.spread)
            json.field("to_amount", self.to.amount)
            json.field("to_currency", self.to.currency)
        }
    }
}

/// What is known of an idempotency key.
package struct IdempotencyStatus: APIObject {
    package enum Status: String, Hashable, Sendable {
        case running
        case done
        /// Begun, and nobody goes on with it: a repeat of the request does.
        case interrupted
        case neverSeen = "never_seen"
    }

    package let key: String
    package let status: Status
    package let answer: SavedAnswer?

    package init(key: String, status: Status, answer: SavedAnswer? = nil) {
        self.key = key
        self.status = status
        self.answer = answer
    }

    package var id: String { self.key }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("object", "idempotency_key")
            json.field("key", self.key)
            json.field("status", self.status.rawValue)
            json.field("http_status", self.answer.map { Int64($0.status) })
            json.field("request_id", self.answer?.requestID)
            json.key("response")
            if let answer = self.answer { json.raw(answer.body) } else { json.null() }
        }
    }
}
