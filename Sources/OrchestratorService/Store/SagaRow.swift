internal import Identifiers
internal import Messages
internal import Postgres
internal import SagaCore
internal import SagaEngine
internal import Wire

/// Reads rows of the table `sagas`.
enum SagaRow {
    /// The columns that ``record(_:_:)`` reads, in its order.
    static func columns(of table: String) -> String {
        [
            "id", "kind", "variant", "definition_version", "status", "epoch", "input", "progress",
            "created_at", "updated_at", "deadline", "ended_at",
        ].map { "\(table).\($0)" }.joined(separator: ", ")
    }

    /// - Throws: ``PostgresError``, ``WireError``, ``SagaError`` or ``BrokenContract`` for a row
    ///   that this version cannot read.
    static func record(_ row: PostgresRow, _ flows: FlowBook) throws -> SagaRecord {
        try record(row, flows, epoch: try row.int64(5))
    }

    /// The saga of a row whose epoch a claim has just raised, at the beginning of its turn.
    ///
    /// - Throws: as ``record(_:_:)``.
    static func claimedRecord(_ row: PostgresRow, _ flows: FlowBook) throws -> SagaRecord {
        let epoch = try row.int64(5)
        var record = try record(row, flows, epoch: epoch - 1)
        _ = try record.saga.receive(.claimed(epoch: epoch))
        return record
    }

    /// The saga as it is shown; without its steps where only others know its plan.
    ///
    /// - Throws: as ``record(_:_:)``.
    static func view(_ row: PostgresRow, _ flows: FlowBook) throws -> SagaV1.Saga {
        let (kind, version) = (try row.text(1), try row.int32(3))
        guard flows.flow(kind: kind, variant: try row.text(2), version: Int(version)) == nil else {
            return try SagaV1.Saga(try record(row, flows))
        }
        let input = try SagaV1.SagaInput(decoding: try row.bytes(6))
        return SagaV1.Saga(
            id: SagaID(uuid: try row.uuid(0)).description, kind: kind,
            definitionVersion: Int64(version),
            status: SagaV1.SagaStatus(rawValue: try row.int32(4)), paymentID: input.paymentID,
            refundID: input.refundID, merchantID: input.merchantID,
            attention: "this orchestrator has no plan \(kind) of version \(version): one that has "
                + "goes on with it",
            epoch: try row.int64(5), createdAtUs: try row.timestamp(8).microseconds,
            updatedAtUs: try row.timestamp(9).microseconds,
            endedAtUs: try row.optionalTimestamp(11)?.microseconds ?? 0,
            deadlineUs: try row.timestamp(10).microseconds, amount: input.amount)
    }

    private static func record(
        _ row: PostgresRow, _ flows: FlowBook, epoch: Int64
    ) throws -> SagaRecord {
        let id = SagaID(uuid: try row.uuid(0))
        let kind = try row.text(1)
        let version = try row.int32(3)
        guard let flow = flows.flow(kind: kind, variant: try row.text(2), version: Int(version))
        else { throw BrokenContract("\(id): no flow \(kind) of version \(version)") }
        let progress = try SagaV1.SagaProgress(decoding: try row.bytes(7))
        let snapshot = try progress.snapshot(
            status: SagaV1.SagaStatus(rawValue: try row.int32(4)), epoch: epoch)
        var record = SagaRecord(
            id: id, saga: try Saga(flow.definition, from: snapshot), input: try row.bytes(6),
            createdAt: try row.timestamp(8), deadline: try row.timestamp(10))
        record.updatedAt = try row.timestamp(9)
        record.endedAt = try row.optionalTimestamp(11)
        record.notes = progress.notes
        return record
    }
}
