internal import Messages
internal import RPC

/// The part of a list that a caller wants. One element more than ``limit`` is read, which tells
/// whether there is a next page.
struct Page<Cursor: Sendable>: Sendable {
    let limit: Int
    let cursor: Cursor?

    /// - Parameter parse: Reads the cursor; `nil` for one that this list never gave out.
    init(
        _ wire: CommonV1.PageRequest?, parse: (String) -> Cursor?
    ) throws(RPCError) {
        let limit = Int(wire?.limit ?? 0)
        guard (0...100).contains(limit) else {
            throw .invalidArgument(
                field: "page.limit", "must be 1 to 100, or 0 for 10, not \(limit)")
        }
        self.limit = limit == 0 ? 10 : limit
        let text = wire?.cursor ?? ""
        self.cursor = text.isEmpty ? nil : parse(text)
        guard text.isEmpty || self.cursor != nil else {
            throw .invalidArgument(
                field: "page.cursor", "must be the next_cursor of the page before, or empty")
        }
    }

    func response<Element>(
        found: [Element], cursorAfter: (Element) -> String
    ) -> CommonV1.PageResponse {
        let hasMore = found.count > self.limit
        return CommonV1.PageResponse(nextCursor: hasMore ? cursorAfter(found[self.limit - 1]) : "")
    }
}
