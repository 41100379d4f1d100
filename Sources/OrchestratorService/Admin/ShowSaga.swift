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
                """
                SELECT sequence, at, step, type, detail FROM saga_events
                WHERE saga_id = $1 AND sequence > $2 ORDER BY sequence
                """, [.uuid(id.uuid), .int64(request.afterSequence)]),
            PostgresStatement(
                "SELECT idempotency_key FROM sagas WHERE id = $1", [.uuid(id.uuid)]),
        ])
        guard let row = results[0].rows.first else {
            throw RPCError.notFound("There is no saga \(id).")
        }
        let events = try results[1].rows.map { row in
            SagaV1.SagaEvent(
                sequence: try row.int64(0), atUs: try row.timestamp(1).microseconds,
                step: try row.text(2), type: try row.text(3), detail: try row.text(4))
        }
        let record = try SagaRow.record(row, flows)
        return SagaV1.ShowSagaResponse(
            saga: try SagaV1.Saga(record), events: events,
            idempotencyKey: try results[2].rows.first?.text(0) ?? "",
            effects: record.remainingEffects)
    }
}
