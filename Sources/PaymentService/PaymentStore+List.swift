internal import Identifiers
internal import PaymentCore
internal import Postgres
internal import ServiceKit

extension PaymentStore {
    /// Which payments a list has.
    struct Filter: Sendable {
        /// Empty: of all merchants.
        var merchantID = ""
        var status: Payment.Status?
        /// Only those that must be captured at or before this moment.
        var captureDueBefore: Timestamp?
        var onlyFrozen = false
        var customerID = ""
        var created = CreationPeriod()
        var conditions = PaymentConditions.none
        var place = ListPlace<PaymentKind>.newest
    }

    /// The nearest to the place first.
    func payments(_ filter: Filter, limit: Int64) async throws -> [Payment] {
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
        if let status = filter.status { require("p.status =", .text(status.rawValue)) }
        if let due = filter.captureDueBefore { require("p.capture_before <=", .timestamp(due)) }
        if filter.onlyFrozen { conditions.append("p.frozen_reason IS NOT NULL") }
        if !filter.customerID.isEmpty { require("p.customer_id =", .text(filter.customerID)) }
        filter.created.conditions(column: "p.created_at").forEach(require)
        if let asked = filter.conditions.sql(of: .payment, bind) { conditions.append(asked) }
        filter.place.condition(column: "p.id").map(require)
        parameters.append(.int64(limit))
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        // Few are due or frozen: they are found by indexes of their own, not by the order.
        let isOfFew = filter.captureDueBefore != nil || filter.onlyFrozen
        return try await self.database.query(
            """
            SELECT \(PaymentRow.columns)
            FROM (SELECT * FROM payment AS p \(clause) \(isOfFew ? "OFFSET 0" : "")) AS p
            \(PaymentRow.charge)
            ORDER BY p.id \(filter.place.order) LIMIT $\(parameters.count)
            """, parameters
        ).map { try PaymentRow.payment($0).payment }
    }
}
