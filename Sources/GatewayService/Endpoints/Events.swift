internal import GatewayCore
internal import Identifiers

extension API {
    func retrieveEvent(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .event)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(try await event(id, caller), .none, caller)
        }
    }

    /// Newest first; after a number, oldest first: a reader that goes on from the last number it
    /// saw misses none.
    func listEvents(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let filter = EventFilter(
            types: try call.parameters.eventTypes(), created: query.created,
            isDelivered: try call.parameters.flag("delivery_success"))
        let after = try call.parameters.afterSequence(query)
        _ = try call.parameters.expansion(of: .event, isList: true)
        let caller = call.caller
        return { [self] _ in
            var filter = filter
            filter.place = try await place(of: query, after: after, caller)
            let found = try await store.events(
                scope: caller.scope, filter, limit: Int64(query.limit) + 1)
            return try await answer(query.list(found, url: "/v1/events"), .none, caller)
        }
    }

    private func event(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> Event {
        if let known = EventID(id),
            let event = try await self.store.event(known, scope: caller.scope)
        {
            return event
        }
        throw APIError.missing("event", id, param: param)
    }

    private func place(
        of query: ListQuery, after: Int64?, _ caller: Caller
    ) async throws -> EventFilter.Place {
        if let after { return .after(after) }
        return switch query.place {
        case .newest: .newest
        case .after(let id):
            .before(try await self.event(id, caller, param: "starting_after").sequence)
        case .before(let id):
            .after(try await self.event(id, caller, param: "ending_before").sequence)
        }
    }
}

extension Parameters {
    fileprivate mutating func eventTypes() throws(APIError) -> [String]? {
        let one = try self.text("type", length: 1...100)
        let many = try self.texts("types")
        guard one == nil || many == nil else {
            throw .invalid("You may only specify one of these parameters: type, types.", "type")
        }
        guard (many?.count ?? 0) <= 20 else {
            throw .invalid("types can have at most 20 entries.", "types")
        }
        return many ?? one.map { EventType.matching($0).map(\.rawValue) }
    }

    fileprivate mutating func afterSequence(_ query: ListQuery) throws(APIError) -> Int64? {
        guard let after = try self.integer("after_sequence") else { return nil }
        guard after >= 0 else {
            throw .invalid(
                "This value must be at least 0.", "after_sequence",
                code: "parameter_invalid_integer")
        }
        guard query.place == .newest else {
            throw .invalid(
                "You may only specify one of these parameters: after_sequence, starting_after, "
                    + "ending_before.", "after_sequence")
        }
        return after
    }
}
