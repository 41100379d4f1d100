internal import Identifiers

// What the gateway itself names.

enum AccountKind: IdentifierKind {
    static let prefix = "acct"
}

enum KeyKind: IdentifierKind {
    static let prefix = "key"
}

enum CustomerKind: IdentifierKind {
    static let prefix = "cus"
}

enum PaymentMethodKind: IdentifierKind {
    static let prefix = "pm"
}

enum EventKind: IdentifierKind {
    static let prefix = "evt"
}

enum WebhookEndpointKind: IdentifierKind {
    static let prefix = "we"
}

/// One request of the HTTP API, as its answer's `Request-Id` tells.
enum RequestKind: IdentifierKind {
    static let prefix = "req"
}

/// The root of what one request makes: the keys of its calls begin with it.
enum RootKind: IdentifierKind {
    static let prefix = "gw"
}

typealias AccountID = Identifier<AccountKind>
typealias KeyID = Identifier<KeyKind>
typealias CustomerID = Identifier<CustomerKind>
typealias PaymentMethodID = Identifier<PaymentMethodKind>
typealias RootID = Identifier<RootKind>
typealias EventID = Identifier<EventKind>
typealias WebhookEndpointID = Identifier<WebhookEndpointKind>
