internal import FieldRules
internal import Identifiers
internal import Money
internal import Postgres
internal import RPC
internal import RefundCore
internal import ServiceKit

/// What is read of refunds; changes go through ``RefundBooks``.
struct RefundStore: Sendable {
    let database: PostgresPool

    /// A refund with the sequence of its last event.
    struct Stored: Sendable {
        var refund: Refund
        var lastEvent: Int64
    }

    /// Which refunds a list has.
    struct Filter: Sendable {
        var paymentID: PaymentID?
        /// Empty: of all merchants.
        var merchantID = ""
        var chargeID: ChargeID?
        var created = CreationPeriod()
        var onlyFailed = false
        var place = ListPlace<RefundKind>.newest
    }

    static let columns = """
        id, saga_id, payment_id, charge_id, merchant_id, amount, currency, settlement_amount, \
        settlement_currency, reason, metadata_keys, metadata_values, created_at, status, \
        failure_reason, updated_at, events
        """

    func refund(_ id: RefundID) async throws -> Refund? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM refund WHERE id = $1", [.uuid(id.uuid)]
        ).first.map { try Stored($0).refund }
    }

    /// The nearest to the place first.
    func refunds(_ filter: Filter, limit: Int64) async throws -> [Refund] {
        var parameters: [PostgresValue] = []
        var conditions: [String] = []
        func require(_ condition: String, _ value: PostgresValue) {
            parameters.append(value)
            conditions.append("\(condition) $\(parameters.count)")
        }
        if let payment = filter.paymentID { require("payment_id =", .uuid(payment.uuid)) }
        if !filter.merchantID.isEmpty { require("merchant_id =", .text(filter.merchantID)) }
        if let charge = filter.chargeID { require("charge_id =", .uuid(charge.uuid)) }
        if filter.onlyFailed { require("status =", .text(Refund.Status.failed.rawValue)) }
        filter.created.conditions(column: "created_at").forEach(require)
        filter.place.condition(column: "id").map(require)
        parameters.append(.int64(limit))
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try await self.database.query(
            """
            SELECT \(Self.columns) FROM refund \(clause)
            ORDER BY id \(filter.place.order) LIMIT $\(parameters.count)
            """, parameters
        ).map { try Stored($0).refund }
    }
}

extension RefundStore.Stored {
    /// Reads the columns in the order in which ``RefundStore`` names them.
    init(_ row: PostgresRow) throws {
        let entries = zip(try row.textArray(10), try row.textArray(11))
        let request = try RefundRequest(
            id: RefundID(uuid: try row.uuid(0)), sagaID: SagaID(uuid: try row.uuid(1)),
            paymentID: PaymentID(uuid: try row.uuid(2)), chargeID: ChargeID(uuid: try row.uuid(3)),
            merchantID: try row.text(4),
            amount: Money(try row.int64(5), try Currency.named(try row.text(6))),
            settlement: Money(try row.int64(7), try Currency.named(try row.text(8))),
            reason: try row.optionalText(9).flatMap(RefundReason.init),
            metadata: Metadata(trusting: entries.map { Metadata.Entry(key: $0, value: $1) }))
        guard let status = Refund.Status(rawValue: try row.text(13)) else {
            throw UnknownStatus()
        }
        self.init(
            refund: Refund(
                request: request, createdAt: try row.timestamp(12), status: status,
                failureReason: try row.text(14), updatedAt: try row.timestamp(15)),
            lastEvent: try row.int64(16))
    }
}

/// A status that no version of the service writes.
private struct UnknownStatus: Error {}
