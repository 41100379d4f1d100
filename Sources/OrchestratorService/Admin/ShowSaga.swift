internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC

extension SagaAdmin {
    /// One saga with what happened in it, oldest first.
    func showSaga(
        _ request: SagaV1.ShowSagaRequest, context: CallContext
    ) async throws -> SagaV1.ShowSagaResponse {
        let id = try Validation.sagaID(request.sagaID)
        let results = try await database.pipeline([
            PostgresStatement(
                "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1",
                [.uuid(id.uuid)]),
            PostgresStatement(
                // From the row that has it, or what follows it, on.
                """
                SELECT \(SagaV1.SagaEvent.columns) FROM saga_events
                WHERE saga_id = $1 AND sequence >= coalesce((SELECT max(sequence) FROM saga_events
                    WHERE saga_id = $1 AND sequence <= $2 + 1), 0)
                ORDER BY sequence
                """, [.uuid(id.uuid), .int64(request.afterSequence)]),
            PostgresStatement(
                "SELECT idempotency_key FROM sagas WHERE id = $1", [.uuid(id.uuid)]),
        ])
        guard let row = results[0].rows.first else {
            throw RPCError.notFound("There is no saga \(id).")
        }
        let events = try results[1].rows.flatMap { try SagaV1.SagaEvent.events($0) }
            .filter { $0.sequence > request.afterSequence }
        let saga = try SagaRow.view(row, flows)
        return SagaV1.ShowSagaResponse(
            saga: saga, events: events,
            idempotencyKey: try results[2].rows.first?.text(0) ?? "",
            effects: saga.steps.isEmpty ? [] : try SagaRow.record(row, flows).remainingEffects)
    }
}
