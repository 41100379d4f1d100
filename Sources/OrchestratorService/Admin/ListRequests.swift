internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import ServiceKit

extension SagaAdmin {
    /// What waits for an approval, and what is approved and not yet made. Newest first: ids begin
    /// with the time.
    func listRequests(
        _ request: SagaV1.ListRequestsRequest, context: CallContext
    ) async throws -> SagaV1.ListRequestsResponse {
        let limit = try PageLimit(request.page)
        let cursor = request.page?.cursor ?? ""
        let after = cursor.isEmpty ? nil : try Validation.operatorRequestID(cursor)
        let rows = try await database.query(
            """
            SELECT \(SagaV1.OperatorRequest.columns) FROM operator_request r
            LEFT JOIN operator_approval a ON a.request_id = r.id
            WHERE ($1::uuid IS NULL OR r.id < $1)
                AND ($2 OR (a.request_id IS NULL AND r.expires_at > $3)
                    OR (a.request_id IS NOT NULL AND r.adjustment IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM operator_log l
                        WHERE l.request_id = r.id AND \(OperatorLog.closing))))
            ORDER BY r.id DESC LIMIT $4
            """,
            [
                .optional(after?.uuid) { .uuid($0) }, .bool(request.includeClosed),
                .timestamp(clock.now()), .int64(limit.rowsToAskFor),
            ])
        let (found, page) = limit.page(try rows.map { try SagaV1.OperatorRequest($0) }) { $0.id }
        return SagaV1.ListRequestsResponse(requests: found, page: page)
    }
}
