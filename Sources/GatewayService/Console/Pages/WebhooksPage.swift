internal import ConsoleCore
internal import GatewayCore
internal import Identifiers

extension Console {
    func webhooks(_ filter: DeliveryListFilter) async -> Page {
        let live = await self.part("gateway") {
            let account =
                filter.merchant.isEmpty ? nil : try await self.store.account(filter.merchant)
            guard filter.merchant.isEmpty || account != nil else {
                return .note("There is no account of this merchant.", .idle)
            }
            let endpoints = try await self.store.endpoints(
                of: account?.id, before: nil, limit: 50)
            guard let account else {
                return "\(endpoints.table.html)\(HTML.note(Self.hint, .idle))"
            }
            return "\(endpoints.table.html)\(try await self.deliveries(filter, of: account.id))"
        }
        return Page("Webhooks", .webhooks, head: filter.form, live: live)
    }

    private static let hint =
        "Choose an endpoint, or name a merchant, to see what was delivered and what was not."

    private func deliveries(
        _ filter: DeliveryListFilter, of account: AccountID
    ) async throws -> HTML {
        var wanted = DeliveryFilter(scope: Scope(accountID: account, isLive: filter.isLive))
        wanted.endpoint = WebhookEndpointID(filter.endpoint)
        wanted.state = filter.state
        let limit = 25
        let found = try await self.store.deliveries(
            wanted, after: StoredDelivery.Place(filter.cursor.text), limit: Int64(limit) + 1)
        let page = Array(found.prefix(limit))
        let next = found.count > limit ? page.last?.place.description : nil
        let links = filter.cursor.links(to: next, path: "webhooks", filter: filter.terms)
        return "\(page.table.html)\(links)"
    }
}

extension [StoredEndpoint] {
    fileprivate var table: Table {
        var table = Table(
            "Endpoints", .init("endpoint"), .init("state"), .init("where"),
            .init("events").minor, .number("failures in a row"), .init("left alone until").minor,
            empty: "There are none.")
        for stored in self {
            let terms = [
                ("merchant", stored.scope.accountID.description),
                ("mode", stored.scope.isLive ? "live" : "test"),
                ("endpoint", stored.id.description),
            ].map { "\($0.0)=\(urlEscaped($0.1))" }
            table.add(
                """
                <a class="id" href="/console/webhooks?\(terms.joined(separator: "&"))">\
                \(stored.id.description)</a>
                """, stored.pill, .foreign(stored.endpoint.url),
                "\(stored.endpoint.events.names.joined(separator: ", "))", "\(stored.failures)",
                Moments.html(stored.blockedUntil?.microseconds ?? 0))
        }
        return table
    }
}

extension StoredEndpoint {
    fileprivate var pill: HTML {
        guard self.endpoint.isEnabled else { return .pill("disabled", .idle) }
        return self.failures == 0 ? .pill("enabled", .good) : .pill("failing", .bad)
    }
}

extension [StoredDelivery] {
    fileprivate var table: Table {
        var table = Table(
            "Deliveries, newest events first", .init("event"), .init("state"), .init("type"),
            .number("attempts"), .init("last attempt").minor, .init("answer"),
            empty: "There are none.")
        for delivery in self {
            table.add(
                "<span class=\"id\">\(delivery.event.description)</span>", delivery.pill,
                "\(delivery.type)", "\(delivery.attempts)",
                delivery.tried, delivery.answer)
        }
        return table
    }
}

extension StoredDelivery {
    fileprivate var pill: HTML {
        switch self.state {
        case .pending: .pill("pending", self.attempts > 0 ? .doubt : .active)
        case .delivered: .pill("delivered", .good)
        case .dead: .pill("dead letter", .bad)
        }
    }

    /// When it was tried last, and when it will be.
    fileprivate var tried: HTML {
        let last = Moments.html(self.attemptedAt?.microseconds ?? 0)
        guard self.state == .pending else { return last }
        return
            "\(last)<br><span class=\"quiet\">next</span> \(Moments.html(self.dueAt.microseconds))"
    }

    /// How the last attempt ended.
    fileprivate var answer: HTML {
        if let problem { return "\(problem)" }
        guard let status else { return .empty }
        let text = String(decoding: self.response.prefix(200), as: UTF8.self)
        return "\(status) \(HTML.foreign(text))"
    }
}
