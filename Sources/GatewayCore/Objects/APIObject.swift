/// One of the things that the API tells about.
package protocol APIObject: Sendable {
    var id: String { get }
    /// The id in a field that can be expanded; `nil` when there is none.
    func reference(_ field: String) -> Reference?
    func write(_ writer: inout ObjectWriter, expanding: Expansion)
}

/// Another object, by its id.
package struct Reference: Hashable, Sendable {
    package let kind: ObjectKind
    package let id: String

    package init(_ kind: ObjectKind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}

package enum ObjectKind: String, CaseIterable, Hashable, Sendable {
    case paymentIntent = "payment_intent"
    case charge
    case refund
    case customer
    case paymentMethod = "payment_method"
    case balanceTransaction = "balance_transaction"
    case account
    case balance
    case quote = "fx_quote"
    case idempotencyKey = "idempotency_key"
    case event
    case webhookEndpoint = "webhook_endpoint"

    /// The fields that can hold the object itself in place of its id, and what that is. A balance
    /// transaction's source is a charge or a refund: its own fields are looked up in both.
    package func expandable(_ field: String) -> [ObjectKind] {
        switch (self, field) {
        case (.paymentIntent, "customer"), (.charge, "customer"), (.paymentMethod, "customer"):
            [.customer]
        case (.paymentIntent, "payment_method"): [.paymentMethod]
        case (.paymentIntent, "latest_charge"), (.refund, "charge"): [.charge]
        case (.charge, "payment_intent"), (.refund, "payment_intent"): [.paymentIntent]
        case (.charge, "balance_transaction"), (.refund, "balance_transaction"),
            (.refund, "failure_balance_transaction"):
            [.balanceTransaction]
        case (.balanceTransaction, "source"): [.charge, .refund]
        default: []
        }
    }
}

/// Writes objects, and the objects in them that were asked for and loaded.
package struct ObjectWriter: Sendable {
    package var json: JSONWriter
    private let loaded: [String: any APIObject]

    package init(loaded: [String: any APIObject] = [:]) {
        self.json = JSONWriter(capacity: 2_048)
        self.loaded = loaded
    }

    /// The field of another object: its id, or itself.
    package mutating func reference(_ name: String, _ id: String?, _ expansion: Expansion) {
        guard let id, let child = expansion[name], let object = self.loaded[id] else {
            return self.json.field(name, id)
        }
        self.json.key(name)
        object.write(&self, expanding: child)
    }
}

extension APIObject {
    package func rendered(
        expanding expansion: Expansion = .none, loaded: [String: any APIObject] = [:]
    ) -> [UInt8] {
        var writer = ObjectWriter(loaded: loaded)
        self.write(&writer, expanding: expansion)
        return writer.json.bytes
    }
}

/// `{"object": "list", …}`
package struct ObjectList: Sendable {
    package let objects: [any APIObject]
    package let hasMore: Bool
    /// "/v1/charges"
    package let url: String

    package init(_ objects: [any APIObject], hasMore: Bool, url: String) {
        self.objects = objects
        self.hasMore = hasMore
        self.url = url
    }

    package func rendered(
        expanding expansion: Expansion = .none, loaded: [String: any APIObject] = [:]
    ) -> [UInt8] {
        var writer = ObjectWriter(loaded: loaded)
        writer.json.begin("{")
        writer.json.field("object", "list")
        writer.json.key("data")
        writer.json.begin("[")
        for object in self.objects { object.write(&writer, expanding: expansion) }
        writer.json.end("]")
        writer.json.field("has_more", self.hasMore)
        writer.json.field("url", self.url)
        writer.json.end("}")
        return writer.json.bytes
    }
}
