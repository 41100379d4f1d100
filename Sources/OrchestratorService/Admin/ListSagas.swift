internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaEngine

extension SagaAdmin {
    /// Newest first: ids begin with the time.
    func listSagas(
        _ request: SagaV1.ListSagasRequest, context: CallContext
    ) async throws -> SagaV1.ListSagasResponse {
        let limit = try limit(of: request.page)
        let cursor = try cursor(of: request.page)
        let paymentID =
            request.paymentID.isEmpty ? nil : try Validation.paymentID(request.paymentID)
        guard request.kind.isEmpty || flows.kinds.contains(request.kind) else {
            throw RPCError.invalidArgument(
                field: "kind", "must be one of \(flows.kinds.sorted().joined(separator: ", "))")
        }
        guard SagaV1.SagaStatus.allCases.contains(request.status) else {
            throw RPCError.invalidArgument(field: "status", "is not known")
        }
        let rows = try await database.query(
            """
            SELECT \(SagaRow.columns(of: "s")) FROM sagas s
            WHERE ($1::uuid IS NULL OR s.id < $1)
                AND ($2::smallint = 0 OR s.status = $2)
                AND ($3::text = '' OR s.kind = $3)
                AND ($4::uuid IS NULL OR s.payment_id = $4)
            ORDER BY s.id DESC LIMIT $5
            """,
            [
                .optional(cursor?.uuid) { .uuid($0) },
                .int16(Int16(clamping: request.status.rawValue)), .text(request.kind),
                .optional(paymentID?.uuid) { .uuid($0) }, .int64(Int64(limit) + 1),
            ])
        let records = try rows.prefix(limit).map { try SagaRow.record($0, flows) }
        let hasMore = rows.count > limit
        return SagaV1.ListSagasResponse(
            sagas: try records.map { try SagaV1.Saga($0) },
            page: CommonV1.PageResponse(
                nextCursor: hasMore ? records.last?.id.description ?? "" : ""))
    }

    private func limit(of page: CommonV1.PageRequest?) throws(RPCError) -> Int {
        let limit = page?.limit ?? 0
        guard (0...100).contains(limit) else {
            throw .invalidArgument(field: "page.limit", "must be 1 to 100, or 0 for 10")
        }
        return limit == 0 ? 10 : Int(limit)
    }

    private func cursor(of page: CommonV1.PageRequest?) throws(RPCError) -> SagaID? {
        guard let cursor = page?.cursor, !cursor.isEmpty else { return nil }
        guard let id = SagaID(cursor) else {
            throw .invalidArgument(
                field: "page.cursor", "must be next_cursor of the page before, or empty")
        }
        return id
    }
}
