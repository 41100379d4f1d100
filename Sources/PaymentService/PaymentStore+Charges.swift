internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import ServiceKit

/// One attempt, with what there is to know of its payment.
struct ChargeOfPayment: Sendable {
    let charge: Charge
    let paymentID: PaymentID
    let merchantID: String
    let customerID: String
    let description: String
    let metadata: FieldRules.Metadata

    var wire: PaymentV1.ChargeRecord {
        PaymentV1.ChargeRecord(
            charge: self.charge.wire, paymentID: self.paymentID.description,
            merchantID: self.merchantID, customerID: self.customerID,
            description: self.description,
            metadata: self.metadata.entries.map {
                CommonV1.KeyValue(key: $0.key, value: $0.value)
            })
    }
}

extension PaymentStore {
    /// Which charges a list has.
    struct ChargeFilter: Sendable {
        /// Empty: of all merchants.
        var merchantID = ""
        var paymentID: PaymentID?
        var customerID = ""
        var onlyCaptured = false
        var created = CreationPeriod()
        var conditions = PaymentConditions.none
        var place = ListPlace<ChargeKind>.newest
    }

    private static let chargeColumns = """
        p.id, p.merchant_id, p.customer_id, p.description, p.metadata_keys, p.metadata_values, \
        \(ChargeRow.columns)
        """

    func charge(_ id: ChargeID) async throws -> ChargeOfPayment? {
        try await self.database.query(
            """
            SELECT \(Self.chargeColumns) FROM charge AS c JOIN payment AS p ON p.id = c.payment_id
            WHERE c.id = $1
            """, [.uuid(id.uuid)]
        ).first.flatMap(ChargeOfPayment.init)
    }

    /// The nearest to the place first.
    func charges(_ filter: ChargeFilter, limit: Int64) async throws -> [ChargeOfPayment] {
        var parameters: [PostgresValue] = []
        var conditions: [String] = []
        func bind(_ value: PostgresValue) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }
        func require(_ condition: String, _ value: PostgresValue) {
            conditions.append("\(condition) \(bind(value))")
        }
        if !filter.merchantID.isEmpty { require("p.merchant_id =", .text(filter.merchantID)) }
        if let payment = filter.paymentID { require("c.payment_id =", .uuid(payment.uuid)) }
        if !filter.customerID.isEmpty { require("p.customer_id =", .text(filter.customerID)) }
        if filter.onlyCaptured { conditions.append("c.settlement_gross IS NOT NULL") }
        filter.created.conditions(column: "c.created_at").forEach(require)
        if let asked = filter.conditions.sql(of: .charge, bind) { conditions.append(asked) }
        filter.place.condition(column: "c.id").map(require)
        parameters.append(.int64(limit))
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try await self.database.query(
            """
            SELECT \(Self.chargeColumns) FROM charge AS c JOIN payment AS p ON p.id = c.payment_id
            \(clause) ORDER BY c.id \(filter.place.order) LIMIT $\(parameters.count)
            """, parameters
        ).compactMap(ChargeOfPayment.init)
    }
}

extension ChargeOfPayment {
    /// Reads the columns in the order in which ``PaymentStore`` names them.
    init?(_ row: PostgresRow) throws {
        guard let charge = try ChargeRow.charge(row, from: 6) else { return nil }
        let entries = zip(try row.textArray(4), try row.textArray(5))
        self.init(
            charge: charge, paymentID: PaymentID(uuid: try row.uuid(0)),
            merchantID: try row.text(1), customerID: try row.text(2),
            description: try row.text(3),
            metadata: FieldRules.Metadata(
                trusting: entries.map { FieldRules.Metadata.Entry(key: $0, value: $1) }))
    }
}
