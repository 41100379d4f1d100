internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension GatewayAdmin {
    func listWebhookEndpoints(
        _ request: GatewayV1.ListWebhookEndpointsRequest, context: CallContext
    ) async throws -> GatewayV1.ListWebhookEndpointsResponse {
        let limit = try PageLimit(request.page)
        let cursor = try request.page?.cursor.nonEmpty.map {
            try WebhookEndpointID($0, field: "page.cursor")
        }
        let account = request.account.isEmpty ? nil : try await self.account(request.account).id
        let found = try await self.store.endpoints(
            of: account, before: cursor, limit: limit.rowsToAskFor)
        let (endpoints, page) = limit.page(found, cursor: \.id.description)
        return GatewayV1.ListWebhookEndpointsResponse(
            endpoints: endpoints.map(\.wire), page: page)
    }

    func listWebhookDeliveries(
        _ request: GatewayV1.ListWebhookDeliveriesRequest, context: CallContext
    ) async throws -> GatewayV1.ListWebhookDeliveriesResponse {
        let limit = try PageLimit(request.page)
        let cursor = request.page?.cursor.nonEmpty
        let place = cursor.flatMap(StoredDelivery.Place.init)
        guard cursor == nil || place != nil else {
            throw RPCError.invalidArgument(
                field: "page.cursor", "must be what an earlier page gave")
        }
        let found = try await self.store.deliveries(
            try await self.filter(request.filter), after: place, limit: limit.rowsToAskFor)
        let (deliveries, page) = limit.page(found, cursor: \.place.description)
        return GatewayV1.ListWebhookDeliveriesResponse(
            deliveries: deliveries.map(\.wire), page: page)
    }

    private static let mostAtOnce: Int64 = 1_000

    func resendWebhooks(
        _ request: GatewayV1.ResendWebhooksRequest, context: CallContext
    ) async throws -> GatewayV1.ResendWebhooksResponse {
        let filter = try await self.filter(request.filter)
        if let event = filter.event, let endpoint = filter.endpoint, filter.state == nil {
            guard try await self.store.send(event, to: endpoint, scope: filter.scope) else {
                throw RPCError.notFound("the account has no such event or endpoint")
            }
            return GatewayV1.ResendWebhooksResponse(count: 1)
        }
        // Else the same ones would be found again and again.
        guard filter.state == .dead || filter.state == .delivered || filter.event != nil else {
            throw RPCError.invalidArgument(
                field: "filter.state", "must be DELIVERED or DEAD, unless an event is named")
        }
        let count = try await self.store.resend(filter, limit: Self.mostAtOnce)
        return GatewayV1.ResendWebhooksResponse(
            count: Int64(count), hasMore: filter.state != nil && count == Int(Self.mostAtOnce))
    }

    private func filter(
        _ wire: GatewayV1.WebhookDeliveryFilter?
    ) async throws -> DeliveryFilter {
        guard let wire, !wire.account.isEmpty else {
            throw RPCError.invalidArgument(field: "filter.account", "must be given")
        }
        var filter = DeliveryFilter(
            scope: Scope(
                accountID: try await self.account(wire.account).id, isLive: wire.livemode))
        filter.endpoint = try wire.endpointID.nonEmpty.map {
            try WebhookEndpointID($0, field: "filter.endpoint_id")
        }
        filter.event = try wire.eventID.nonEmpty.map {
            try EventID($0, field: "filter.event_id")
        }
        if wire.state != .unspecified {
            filter.state = DeliveryFilter.DeliveryState(rawValue: wire.state.description)
            guard filter.state != nil else {
                throw RPCError.invalidArgument(field: "filter.state", "must be a known state")
            }
        }
        return filter
    }
}

extension StoredEndpoint {
    fileprivate var wire: GatewayV1.WebhookEndpoint {
        GatewayV1.WebhookEndpoint(
            id: self.id.description, accountID: self.scope.accountID.description,
            livemode: self.scope.isLive, url: self.endpoint.url,
            enabledEvents: self.endpoint.events.names, enabled: self.endpoint.isEnabled,
            failures: Int64(self.failures), createdAtUs: self.endpoint.created * 1_000_000,
            blockedUntilUs: self.blockedUntil?.microseconds ?? 0)
    }
}

extension StoredDelivery {
    fileprivate var wire: GatewayV1.WebhookDelivery {
        GatewayV1.WebhookDelivery(
            endpointID: self.endpoint.description, eventID: self.event.description,
            eventType: self.type, sequence: self.sequence,
            state: GatewayV1.WebhookDeliveryState(name: self.state.rawValue) ?? .unspecified,
            attempts: self.attempts, dueAtUs: self.dueAt.microseconds,
            attemptedAtUs: self.attemptedAt?.microseconds ?? 0, status: self.status ?? 0,
            problem: self.problem ?? "", response: self.response)
    }
}
