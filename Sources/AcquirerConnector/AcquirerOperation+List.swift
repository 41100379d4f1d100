internal import AcquirerCore
package import Identifiers
package import Messages
internal import Money
package import Postgres

extension CommonV1.AcquirerAttempt {
    /// What was asked of the acquirer for a payment or a refund, oldest first.
    package static func all(
        of subject: UUID128, in database: PostgresPool
    ) async throws -> [CommonV1.AcquirerAttempt] {
        try await database.query(
            """
            SELECT \(AcquirerOperation.columns), created_at, updated_at FROM acquirer_attempt
            WHERE subject = $1 ORDER BY created_at, reference
            """, [.uuid(subject)]
        ).map { row in
            let operation = try AcquirerOperation(row)
            let times = AcquirerOperation.columnTypes.count - 2
            return CommonV1.AcquirerAttempt(
                reference: operation.attempt.reference,
                kind: operation.instruction.kind.rawValue,
                amount: operation.instruction.amount.map {
                    CommonV1.Money(minorUnits: $0.minorUnits, currency: $0.currency.code)
                }, state: try row.text(AcquirerOperation.stateColumn),
                code: try row.optionalText(AcquirerOperation.stateColumn + 1) ?? "",
                declineCode: try row.optionalText(AcquirerOperation.stateColumn + 2) ?? "",
                isUnwanted: operation.attempt.isUnwanted,
                notAfterUs: operation.attempt.notAfter.microseconds,
                createdAtUs: try row.timestamp(times).microseconds,
                updatedAtUs: try row.timestamp(times + 1).microseconds)
        }
    }
}

extension AcquirerOperation {
    /// Where the state stands among the columns; why it was declined follows.
    static let stateColumn = 9
}
