/// What a search asks for, in Stripe's language: `status:'succeeded' AND amount>1000`.
package struct SearchQuery: Hashable, Sendable {
    /// How several clauses go together. One query has one kind: there are no brackets.
    package enum Joint: Hashable, Sendable {
        case all
        case any
    }

    package struct Clause: Hashable, Sendable {
        package let field: String
        /// Of metadata: which entry.
        package let key: String?
        package let isNegated: Bool
        package let condition: Condition
    }

    package enum Condition: Hashable, Sendable {
        case equal(String)
        /// Has it somewhere within.
        case contains(String)
        case number(Comparison, Int64)
        /// Of metadata: there is no such entry.
        case absent
    }

    package enum Comparison: String, CaseIterable, Hashable, Sendable {
        case equal = ":"
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
    }

    package let clauses: [Clause]
    package let joint: Joint

    static let longest = 10
}

/// What may be asked of a field.
package enum SearchField: Hashable, Sendable {
    /// A word of a few: only equality.
    case token
    /// Equality, and a part of at least three characters.
    case text
    case number
    /// Equality of one entry, or that there is none.
    case metadata
}

extension Parameters {
    /// The parameter `query` of a search.
    ///
    /// - Parameter fields: What may be searched by.
    package mutating func searchQuery(
        _ fields: [String: SearchField]
    ) throws(APIError) -> SearchQuery {
        let text = try self.requiredText("query", length: 1...2_000)
        var parser = SearchParser(text, fields: fields)
        return try parser.query()
    }

    /// The place in a search: Stripe calls it a page.
    package mutating func searchPage() throws(APIError) -> (limit: Int, cursor: String) {
        let limit = try self.integer("limit") ?? 10
        guard (1...100).contains(limit) else {
            throw .invalid(
                "This value must be from 1 to 100.", "limit", code: "parameter_invalid_integer")
        }
        return (Int(limit), try self.text("page", length: 1...100) ?? "")
    }
}
