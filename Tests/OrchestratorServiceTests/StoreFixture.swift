import Identifiers
import Logging
import Messages
import Postgres
import SagaCore
import SagaEngine
import TestKit

@testable import OrchestratorService

/// Stores over one fresh database, as several orchestrators would have them.
struct StoreFixture {
    let database: EphemeralDatabase
    let pool: PostgresPool
    let flows: FlowBook
    let identifiers = SystemIdentifierSource()

    init() async throws {
        database = try await EphemeralDatabase.make(service: "orchestrator")
        pool = try database.pool()
        flows = try FlowBook()
    }

    /// Lends a store whose writer runs.
    func withStore<Result: Sendable>(
        flows: FlowBook? = nil, _ body: (PostgresSagaStore) async throws -> Result
    ) async throws -> Result {
        let store = PostgresSagaStore(
            database: pool, flows: flows ?? self.flows, owner: identifiers.next(SagaKind.self).uuid,
            timer: SystemTimer(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async let writing: Void = store.writer.run()
        do {
            let result = try await body(store)
            store.writer.finish()
            await writing
            return result
        } catch {
            store.writer.finish()
            await writing
            throw error
        }
    }

    func saga() -> SagaRecord {
        let now = Timestamp(microseconds: 1_767_225_600_000_123)
        return SagaRecord(
            id: identifiers.next(SagaKind.self), saga: Saga(flows.capturePayment.definition),
            input: [1, 2, 3], createdAt: now, deadline: now + .seconds(60))
    }

    func start(_ key: String, hash: [UInt8] = [7]) -> SagaStart {
        SagaStart(
            idempotencyKey: key, requestHash: hash, paymentID: identifiers.next(PaymentKind.self),
            refundID: nil)
    }

    func history(of id: SagaID) async throws -> [String] {
        try await pool.query(
            """
            SELECT \(SagaV1.SagaEvent.columns) FROM saga_events WHERE saga_id = $1
            ORDER BY sequence
            """, [.uuid(id.uuid)]
        ).flatMap { try SagaV1.SagaEvent.events($0) }.map { "\($0.sequence) \($0.type)" }
    }
}

extension SagaRecord {
    /// The change that an event makes.
    mutating func change(
        _ event: Event, logged types: String..., lease: SagaChange.Lease = .keep
    ) throws -> SagaChange {
        _ = try saga.receive(event)
        updatedAt = updatedAt + .milliseconds(1)
        let log = types.map { SagaLogEntry(at: updatedAt, step: "begin", type: $0, detail: "d\0d") }
        return SagaChange(record: self, log: log, lease: lease)
    }
}
