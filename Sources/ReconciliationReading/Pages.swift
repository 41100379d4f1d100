package import Messages
internal import RPC

/// Reads a list to its end, a page at a time.
package enum Pages {
    /// More pages of one list than this are not read: a list that long is a defect of its query.
    package static let most = 1_000_000

    /// - Parameters:
    ///   - read: Asks for the page after a cursor.
    ///   - take: Gets each page; false ends the reading.
    package static func each<Response>(
        _ read: (CommonV1.PageRequest) async throws -> Response,
        next: (Response) -> CommonV1.PageResponse?,
        take: (Response) async throws -> Bool
    ) async throws {
        var request = CommonV1.PageRequest(limit: 100)
        for _ in 0..<self.most {
            let response = try await read(request)
            guard try await take(response), let cursor = next(response)?.nextCursor,
                !cursor.isEmpty
            else { return }
            request.cursor = cursor
        }
        throw RPCError.unavailable("a list has more than \(self.most) pages")
    }
}
