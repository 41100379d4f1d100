internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import Postgres
internal import RPC

/// What is read of payments; changes go through ``PaymentBooks``.
struct PaymentStore: Sendable {
    let database: PostgresPool

    /// A payment with the sequence of its last event.
    struct Stored: Sendable {
        var payment: Payment
        var lastEvent: Int64
    }

    func payment(_ id: PaymentID) async throws -> Payment? {
        try await self.database.query(
            "SELECT \(PaymentRow.columns) FROM \(PaymentRow.source) WHERE p.id = $1",
            [.uuid(id.uuid)]
        ).first.map { try PaymentRow.payment($0).payment }
    }
}

extension RPCError {
    static let paymentMissing = RPCError.notFound("there is no payment of this id")
}
