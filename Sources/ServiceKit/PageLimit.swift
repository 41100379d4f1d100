package import Messages
package import RPC

/// How many rows of a list one page has: 1 to 100, and 10 when the request does not say.
package struct PageLimit: Hashable, Sendable {
    package let rows: Int

    /// - Throws: `INVALID_ARGUMENT` (field `page.limit`) for any other number.
    package init(_ page: CommonV1.PageRequest?) throws(RPCError) {
        let asked = Int(page?.limit ?? 0)
        guard (0...100).contains(asked) else {
            throw .invalidArgument(field: "page.limit", "must be 1 to 100, or 0 for 10")
        }
        self.rows = asked == 0 ? 10 : asked
    }

    /// One more than the page has, so that a query tells whether another page follows.
    package var rowsToAskFor: Int64 { Int64(self.rows) + 1 }

    /// Cuts what a query for ``rowsToAskFor`` gave to the page.
    ///
    /// - Parameter cursor: Of an element, what the next page begins after.
    package func page<Element>(
        _ found: [Element], cursor: (Element) -> String
    ) -> (elements: [Element], response: CommonV1.PageResponse) {
        let elements = Array(found.prefix(self.rows))
        let next = found.count > self.rows ? elements.last.map(cursor) : nil
        return (elements, CommonV1.PageResponse(nextCursor: next ?? ""))
    }
}
