internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaEngine
internal import ServiceKit

extension SagaAdmin {
    /// Newest first: ids begin with the time.
    func listSagas(
        _ request: SagaV1.ListSagasRequest, context: CallContext
    ) async throws -> SagaV1.ListSagasResponse {
        let limit = try PageLimit(request.page)
        let filter = try SagaFilter(request, kinds: flows.kinds)
        let rows = try await database.query(
            """
            SELECT \(SagaRow.columns(of: "s")) FROM sagas s
            WHERE \(filter.condition)
            ORDER BY s.id DESC LIMIT \(limit.rowsToAskFor)
            """, filter.parameters)
        let (found, page) = limit.page(try rows.map { try SagaRow.view($0, flows) }, cursor: \.id)
        return SagaV1.ListSagasResponse(sagas: found, page: page)
    }
}
