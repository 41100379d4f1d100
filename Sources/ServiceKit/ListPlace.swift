package import Identifiers
package import Messages
package import Postgres
package import RPC

/// From where a page of a list is taken. Ids begin with the time, so lists by id are by age.
package enum ListPlace<Kind: IdentifierKind>: Hashable, Sendable {
    case newest
    /// What was made before that one.
    case olderThan(Identifier<Kind>)
    /// What was made after that one, the nearest to it.
    case newerThan(Identifier<Kind>)

    /// - Throws: `INVALID_ARGUMENT` for what is no id of the kind, and for both ends at once.
    package init(_ page: CommonV1.PageRequest?, newerThan: String) throws(RPCError) {
        let cursor = page?.cursor ?? ""
        switch (cursor.isEmpty, newerThan.isEmpty) {
        case (true, true): self = .newest
        case (false, true):
            self = .olderThan(try Identifier(cursor, field: "page.cursor"))
        case (true, false):
            self = .newerThan(try Identifier(newerThan, field: "newer_than"))
        case (false, false):
            throw .invalidArgument(field: "newer_than", "must not be given with page.cursor")
        }
    }

    /// The order in which the rows nearest to the place come first.
    package var order: String {
        switch self {
        case .newest, .olderThan: "DESC"
        case .newerThan: "ASC"
        }
    }

    package func condition(column: String) -> (String, PostgresValue)? {
        switch self {
        case .newest: nil
        case .olderThan(let id): ("\(column) <", .uuid(id.uuid))
        case .newerThan(let id): ("\(column) >", .uuid(id.uuid))
        }
    }

    /// The page, newest first whatever the order of the query was.
    package func page<Element>(
        _ found: [Element], _ limit: PageLimit, cursor: (Element) -> String
    ) -> (elements: [Element], response: CommonV1.PageResponse) {
        var (elements, response) = limit.page(found, cursor: cursor)
        if case .newerThan = self { elements.reverse() }
        return (elements, response)
    }
}

/// When what a list has was made.
package struct CreationPeriod: Hashable, Sendable {
    private let from: Int64
    private let to: Int64

    /// - Parameters:
    ///   - from: Unix microseconds, included; 0: without that end.
    ///   - to: Unix microseconds, excluded; 0: without that end.
    package init(from: Int64 = 0, to: Int64 = 0) {
        self.from = from
        self.to = to
    }

    package func conditions(column: String) -> [(String, PostgresValue)] {
        var conditions: [(String, PostgresValue)] = []
        if self.from != 0 {
            conditions.append(("\(column) >=", .timestamp(Timestamp(microseconds: self.from))))
        }
        if self.to != 0 {
            conditions.append(("\(column) <", .timestamp(Timestamp(microseconds: self.to))))
        }
        return conditions
    }
}
