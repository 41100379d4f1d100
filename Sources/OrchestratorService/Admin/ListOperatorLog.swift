internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension SagaAdmin {
    func listOperatorLog(
        _ request: SagaV1.ListOperatorLogRequest, context: CallContext
    ) async throws -> SagaV1.ListOperatorLogResponse {
        let limit = try PageLimit(request.page)
        let saga = request.sagaID.isEmpty ? nil : try Validation.sagaID(request.sagaID)
        let cursor = request.page?.cursor ?? ""
        let before = Int64(cursor)
        guard cursor.isEmpty || before != nil else {
            throw RPCError.invalidArgument(
                field: "page.cursor", "must be next_cursor of the page before, or empty")
        }
        let lines = try await log.lines(before: before, saga: saga, limit: limit.rowsToAskFor)
        let (found, page) = limit.page(lines) { "\($0.number)" }
        return SagaV1.ListOperatorLogResponse(entries: found, page: page)
    }
}
