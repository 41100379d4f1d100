/// Which part of a list is asked for. Newest first.
package struct ListQuery: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case newest
        /// `starting_after`: older ones.
        case after(String)
        /// `ending_before`: newer ones, the nearest to it.
        case before(String)
    }

    package let limit: Int
    package let place: Place
    package let created: CreatedRange
}

/// `created=…`, or `created[gte]=…` and its like: seconds since 1970.
package struct CreatedRange: Hashable, Sendable {
    /// At or after.
    package var from: Int64?
    /// Before.
    package var to: Int64?

    package init(from: Int64? = nil, to: Int64? = nil) {
        self.from = from
        self.to = to
    }

    /// In microseconds; 0 without that end, as the services count.
    package var fromMicroseconds: Int64 { Self.microseconds(self.from) }
    package var toMicroseconds: Int64 { Self.microseconds(self.to) }

    private static func microseconds(_ seconds: Int64?) -> Int64 {
        guard let seconds else { return 0 }
        let (product, overflow) = max(seconds, 0).multipliedReportingOverflow(by: 1_000_000)
        // The very first moment, told from "without that end".
        return overflow ? .max : max(product, 1)
    }
}

extension Parameters {
    package mutating func listQuery() throws(APIError) -> ListQuery {
        let limit = try self.integer("limit") ?? 10
        guard (1...100).contains(limit) else {
            throw .invalid(
                "This value must be from 1 to 100.", "limit", code: "parameter_invalid_integer")
        }
        let after = try self.text("starting_after", length: 1...100)
        let before = try self.text("ending_before", length: 1...100)
        let place: ListQuery.Place
        switch (after, before) {
        case (nil, nil): place = .newest
        case (let id?, nil): place = .after(id)
        case (nil, let id?): place = .before(id)
        case (_?, _?):
            throw .invalid(
                "You may only specify one of these parameters: starting_after, ending_before.",
                "starting_after")
        }
        return ListQuery(limit: Int(limit), place: place, created: try self.createdRange())
    }

    private mutating func createdRange() throws(APIError) -> CreatedRange {
        var copy = self
        if let exact = try? copy.integer("created") {
            self = copy
            return CreatedRange(from: exact, to: exact < .max ? exact + 1 : exact)
        }
        guard var group = try self.group("created") else { return CreatedRange() }
        var range = CreatedRange()
        if let bound = try group.integer("gte") { range.from = bound }
        if let bound = try group.integer("gt") {
            range.from = max(range.from ?? .min, bound < .max ? bound + 1 : bound)
        }
        if let bound = try group.integer("lt") { range.to = bound }
        if let bound = try group.integer("lte") {
            range.to = min(range.to ?? .max, bound < .max ? bound + 1 : bound)
        }
        try group.finish()
        return range
    }
}
