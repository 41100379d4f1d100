internal import GatewayCore

/// One method of one path.
struct Endpoint: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    let method: Method
    /// Below "/v1": ["payment_intents", ":id", "confirm"].
    let path: [Substring]
    let permission: Permission
    /// Whether a publishable key may ask for it, with a client secret.
    let isPublishable: Bool
    /// Reads and checks the parameters; nothing is done yet.
    let prepare: @Sendable (API, inout Call) throws -> Work

    init(
        _ method: Method, _ path: String, _ resource: Permission.Resource,
        isPublishable: Bool = false,
        _ prepare: @escaping @Sendable (API, inout Call) throws -> Work
    ) {
        self.method = method
        self.path = path.split(separator: "/")
        self.permission = Permission(resource, method == .get ? .read : .write)
        self.isPublishable = isPublishable
        self.prepare = prepare
    }

    /// What stands in `path` where this one has names; `nil` when it is another path.
    fileprivate func match(_ path: [Substring]) -> [String]? {
        guard path.count == self.path.count else { return nil }
        var ids: [String] = []
        for (own, given) in zip(self.path, path) {
            if own.first == ":" {
                ids.append(String(given))
            } else if own != given {
                return nil
            }
        }
        return ids
    }
}

/// All endpoints, found by method and path.
struct EndpointTable: Sendable {
    private let endpoints: [Substring: [Endpoint]]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = Dictionary(grouping: endpoints) { $0.path.first ?? "" }
    }

    /// - Parameter path: As it stands in the request, without its query: "/v1/charges".
    func find(_ method: String, _ path: Substring) -> (Endpoint, [String])? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].isEmpty, parts[1] == "v1" else { return nil }
        parts.removeFirst(2)
        for endpoint in self.endpoints[parts[0]] ?? [] where endpoint.method.rawValue == method {
            if let ids = endpoint.match(parts), ids.allSatisfy({ !$0.isEmpty }) {
                return (endpoint, ids)
            }
        }
        return nil
    }
}

extension EndpointTable {
    /// What the gateway answers; docs/gateway.md has the same list.
    static let all = EndpointTable(
        paymentIntents + charges + refunds + customers + paymentMethods + balances + events
            + webhookEndpoints + others)

    private static let paymentIntents = [
        Endpoint(.post, "payment_intents", .paymentIntents) { try $0.createPaymentIntent(&$1) },
        Endpoint(.get, "payment_intents", .paymentIntents) { try $0.listPaymentIntents(&$1) },
        Endpoint(.get, "payment_intents/search", .paymentIntents) {
            try $0.searchPaymentIntents(&$1)
        },
        Endpoint(.get, "payment_intents/:id", .paymentIntents, isPublishable: true) {
            try $0.retrievePaymentIntent(&$1)
        },
        Endpoint(.post, "payment_intents/:id", .paymentIntents) {
            try $0.updatePaymentIntent(&$1)
        },
        Endpoint(.post, "payment_intents/:id/confirm", .paymentIntents, isPublishable: true) {
            try $0.confirmPaymentIntent(&$1)
        },
        Endpoint(.post, "payment_intents/:id/capture", .paymentIntents) {
            try $0.capturePaymentIntent(&$1)
        },
        Endpoint(.post, "payment_intents/:id/cancel", .paymentIntents) {
            try $0.cancelPaymentIntent(&$1)
        },
    ]

    private static let charges = [
        Endpoint(.get, "charges", .charges) { try $0.listCharges(&$1) },
        Endpoint(.get, "charges/search", .charges) { try $0.searchCharges(&$1) },
        Endpoint(.get, "charges/:id", .charges) { try $0.retrieveCharge(&$1) },
    ]

    private static let refunds = [
        Endpoint(.post, "refunds", .refunds) { try $0.createRefund(&$1) },
        Endpoint(.get, "refunds", .refunds) { try $0.listRefunds(&$1) },
        Endpoint(.get, "refunds/:id", .refunds) { try $0.retrieveRefund(&$1) },
        Endpoint(.post, "refunds/:id", .refunds) { try $0.updateRefund(&$1) },
        Endpoint(.post, "refunds/:id/cancel", .refunds) { try $0.cancelRefund(&$1) },
    ]

    private static let customers = [
        Endpoint(.post, "customers", .customers) { try $0.createCustomer(&$1) },
        Endpoint(.get, "customers", .customers) { try $0.listCustomers(&$1) },
        Endpoint(.get, "customers/search", .customers) { try $0.searchCustomers(&$1) },
        Endpoint(.get, "customers/:id", .customers) { try $0.retrieveCustomer(&$1) },
        Endpoint(.post, "customers/:id", .customers) { try $0.updateCustomer(&$1) },
        Endpoint(.delete, "customers/:id", .customers) { try $0.deleteCustomer(&$1) },
        Endpoint(.get, "customers/:id/payment_methods", .paymentMethods) {
            try $0.listPaymentMethodsOfCustomer(&$1)
        },
        Endpoint(.get, "customers/:id/payment_methods/:method", .paymentMethods) {
            try $0.retrievePaymentMethodOfCustomer(&$1)
        },
    ]

    private static let paymentMethods = [
        Endpoint(.post, "payment_methods", .paymentMethods) { try $0.createPaymentMethod(&$1) },
        Endpoint(.get, "payment_methods", .paymentMethods) { try $0.listPaymentMethods(&$1) },
        Endpoint(.get, "payment_methods/:id", .paymentMethods) {
            try $0.retrievePaymentMethod(&$1)
        },
        Endpoint(.post, "payment_methods/:id", .paymentMethods) {
            try $0.updatePaymentMethod(&$1)
        },
        Endpoint(.post, "payment_methods/:id/attach", .paymentMethods) {
            try $0.attachPaymentMethod(&$1)
        },
        Endpoint(.post, "payment_methods/:id/detach", .paymentMethods) {
            try $0.detachPaymentMethod(&$1)
        },
    ]

    private static let balances = [
        Endpoint(.get, "balance", .balance) { try $0.retrieveBalance(&$1) },
        Endpoint(.get, "balance_transactions", .balance) { try $0.listBalanceTransactions(&$1) },
        Endpoint(.get, "balance_transactions/:id", .balance) {
            try $0.retrieveBalanceTransaction(&$1)
        },
    ]

    private static let events = [
        Endpoint(.get, "events", .events) { try $0.listEvents(&$1) },
        Endpoint(.get, "events/:id", .events) { try $0.retrieveEvent(&$1) },
    ]

    private static let webhookEndpoints = [
        Endpoint(.post, "webhook_endpoints", .webhookEndpoints) {
            try $0.createWebhookEndpoint(&$1)
        },
        Endpoint(.get, "webhook_endpoints", .webhookEndpoints) {
            try $0.listWebhookEndpoints(&$1)
        },
        Endpoint(.get, "webhook_endpoints/:id", .webhookEndpoints) {
            try $0.retrieveWebhookEndpoint(&$1)
        },
        Endpoint(.post, "webhook_endpoints/:id", .webhookEndpoints) {
            try $0.updateWebhookEndpoint(&$1)
        },
        Endpoint(.post, "webhook_endpoints/:id/roll_secret", .webhookEndpoints) {
            try $0.rollWebhookSecret(&$1)
        },
        Endpoint(.delete, "webhook_endpoints/:id", .webhookEndpoints) {
            try $0.deleteWebhookEndpoint(&$1)
        },
    ]

    private static let others = [
        Endpoint(.get, "account", .account) { try $0.retrieveAccount(&$1) },
        Endpoint(.post, "fx_quotes", .quotes) { try $0.createQuote(&$1) },
        Endpoint(.get, "fx_quotes/:id", .quotes) { try $0.retrieveQuote(&$1) },
        Endpoint(.get, "idempotency/:key", .idempotency) { try $0.retrieveIdempotency(&$1) },
    ]
}
