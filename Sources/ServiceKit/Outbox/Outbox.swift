internal import Identifiers
internal import Messages
package import Postgres
package import RPC
internal import Stubs

/// The table `outbox`, which a service writes its changes to and the gateway fetches them from.
package enum Outbox {
    /// What the gateway fetches them by.
    package static func methods(of database: PostgresPool) -> [RPCMethod] {
        OutboxMethods(database: database).methods
    }
}

struct OutboxMethods: OutboxServiceHandler {
    let database: PostgresPool

    /// An answer is one message: this much and one more row fit into it.
    private static let answerLimit: Int64 = 512 * 1_024
    private static let rowLimit: Int64 = 256

    func takeBatches(
        _ request: OutboxV1.TakeBatchesRequest, context: CallContext
    ) async throws -> OutboxV1.TakeBatchesResponse {
        let rows = try await self.database.query(
            """
            SELECT o.id, o.changes FROM (
                SELECT n.id, sum(n.size) OVER (ORDER BY n.id) - n.size AS before FROM (
                    SELECT id, octet_length(changes) AS size FROM outbox ORDER BY id LIMIT $1
                ) AS n
            ) AS s JOIN outbox AS o ON o.id = s.id WHERE s.before < $2 ORDER BY o.id
            """, [.int64(Self.rowLimit), .int64(Self.answerLimit)])
        return OutboxV1.TakeBatchesResponse(
            batches: try rows.map { row in
                OutboxV1.Batch(id: try row.uuid(0).bytes, changes: try row.bytes(1))
            })
    }

    func acknowledgeBatches(
        _ request: OutboxV1.AcknowledgeBatchesRequest, context: CallContext
    ) async throws -> OutboxV1.AcknowledgeBatchesResponse {
        guard request.ids.count <= 1_024 else {
            throw RPCError.invalidArgument(field: "ids", "must be at most 1024")
        }
        let ids = try request.ids.enumerated().map { index, bytes throws(RPCError) in
            guard let id = UUID128(bytes: bytes) else {
                throw .invalidArgument(field: "ids[\(index)]", "must have 16 bytes")
            }
            return id
        }
        try await self.database.query(
            "DELETE FROM outbox WHERE id = ANY($1::uuid[])", [.uuidArray(ids)])
        return OutboxV1.AcknowledgeBatchesResponse()
    }
}
