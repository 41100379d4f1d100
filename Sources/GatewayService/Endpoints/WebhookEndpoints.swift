internal import GatewayCore
internal import Identifiers
internal import ServiceKit

/// What an endpoint is made or changed to.
private struct EndpointTerms: Sendable {
    let url: String?
    let events: EventSelection?
    private let description: String?
    private let metadata: MetadataChange?

    init(_ parameters: inout Parameters, _ limits: WebhookClient.Limits) throws(APIError) {
        self.url = try parameters.text("url", length: 1...2_048)
        if let url { try Self.check(url, limits) }
        self.events = try parameters.texts("enabled_events").map { names throws(APIError) in
            try EventSelection(names)
        }
        self.description = try parameters.text("description", length: 0...1_000)
        self.metadata = try parameters.metadata()
    }

    func apply(to endpoint: inout WebhookEndpoint) throws(APIError) {
        if let url { endpoint.url = url }
        if let events { endpoint.events = events }
        if let description { endpoint.description = description.nonEmpty }
        if let metadata { endpoint.metadata = try metadata.applied(to: endpoint.metadata) }
    }

    /// Names are looked up, and their addresses looked at, with every delivery.
    private static func check(_ text: String, _ limits: WebhookClient.Limits) throws(APIError) {
        guard let url = WebhookURL(text) else {
            throw .invalid("Not a valid URL.", "url", code: "url_invalid")
        }
        guard url.isEncrypted || limits.allowsPlain else {
            throw .invalid(
                "Invalid URL: webhook endpoints must be https.", "url", code: "url_invalid")
        }
        if let address = IPAddress(url.place.host), !limits.rules.allows(address) {
            throw .invalid(
                "Invalid URL: its address is not of the public internet.", "url",
                code: "url_invalid")
        }
    }
}

extension API {
    func createWebhookEndpoint(_ call: inout Call) throws -> Work {
        let terms = try EndpointTerms(&call.parameters, self.webhooks)
        guard let url = terms.url else { throw call.parameters.missing("url") }
        guard let events = terms.events else { throw call.parameters.missing("enabled_events") }
        _ = try call.parameters.expansion(of: .webhookEndpoint)
        let caller = call.caller
        return { [self] execution in
            let id = WebhookEndpointID(uuid: execution.root.uuid)
            let now = clock.now()
            var endpoint = WebhookEndpoint(
                id: id.description, isLive: caller.isLive, created: now.seconds, url: url,
                events: events, description: nil)
            try terms.apply(to: &endpoint)
            var made = try await store.add(endpoint, id: id, scope: caller.scope, at: now)
            execution.note()
            made.endpoint.secret = made.keys.secret(caller.account.secret)
            return try await answer(made.endpoint, .none, caller)
        }
    }

    func retrieveWebhookEndpoint(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .webhookEndpoint)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            guard let known = WebhookEndpointID(id),
                let found = try await store.endpoint(known, scope: caller.scope)
            else { throw APIError.missing("webhook endpoint", id) }
            return try await answer(found.endpoint, .none, caller)
        }
    }

    func updateWebhookEndpoint(_ call: inout Call) throws -> Work {
        let terms = try EndpointTerms(&call.parameters, self.webhooks)
        let isDisabled = try call.parameters.flag("disabled")
        return try self.change(&call) { stored, _ throws(APIError) in
            try terms.apply(to: &stored.endpoint)
            if let isDisabled { stored.endpoint.isEnabled = !isDisabled }
        }
    }

    func deleteWebhookEndpoint(_ call: inout Call) throws -> Work {
        try self.change(&call) { stored, _ in stored.endpoint.isDeleted = true }
    }

    /// Makes another secret. The one before signs too, for as long as it is told to.
    func rollWebhookSecret(_ call: inout Call) throws -> Work {
        let overlap = try call.parameters.integer("expires_in") ?? 86_400
        guard (0...Self.longestOverlap).contains(overlap) else {
            throw APIError.invalid(
                "This value must be from 0 to \(Self.longestOverlap).", "expires_in",
                code: "parameter_invalid_integer")
        }
        let account = call.caller.account
        let clock = self.clock
        return try self.change(&call) { stored, execution in
            if stored.rolledBy != execution.root {
                stored.keys = stored.keys.rolled(until: clock.now() + .seconds(overlap))
                stored.rolledBy = execution.root
            }
            stored.endpoint.secret = stored.keys.secret(account.secret)
        }
    }

    private static let longestOverlap: Int64 = 7 * 86_400

    private func change(
        _ call: inout Call,
        _ change:
            @escaping @Sendable (inout StoredEndpoint, Execution) throws(APIError) -> Void
    ) throws -> Work {
        _ = try call.parameters.expansion(of: .webhookEndpoint)
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            guard let known = WebhookEndpointID(id),
                let changed = try await store.changeEndpoint(
                    known, scope: caller.scope,
                    { stored throws(APIError) in try change(&stored, execution) })
            else { throw APIError.missing("webhook endpoint", id) }
            execution.note()
            return try await answer(changed.endpoint, .none, caller)
        }
    }

    func listWebhookEndpoints(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let place = try query.place(WebhookEndpointID.self, kind: "webhook endpoint")
        _ = try call.parameters.expansion(of: .webhookEndpoint, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await store.endpoints(
                scope: caller.scope, place: place, limit: Int64(query.limit) + 1)
            return try await answer(
                query.list(found.map(\.endpoint), url: "/v1/webhook_endpoints"), .none, caller)
        }
    }
}
