internal import AcquirerCore
internal import Identifiers
internal import Money
package import Postgres

/// The table `acquirer_attempt`, the same in every service that asks the acquirer.
extension AcquirerOperation {
    static let columns = Self.columnTypes.dropLast(2).map(\.name).joined(separator: ", ")

    /// All columns of a new row.
    static let columnTypes: [RowBatch.Column] = [
        .init("reference", .text), .init("subject", .uuid), .init("kind", .text),
        .init("amount", .int64), .init("currency", .text), .init("payment_method", .text),
        .init("parent_reference", .text), .init("not_after", .timestamp),
        .init("is_unwanted", .bool), .init("state", .text), .init("code", .text),
        .init("decline_code", .text), .init("message", .text), .init("created_at", .timestamp),
        .init("updated_at", .timestamp),
    ]

    /// A new row, in the order of ``columnTypes``.
    func parameters(at now: Timestamp) -> [PostgresValue] {
        let stored = StoredState(self.attempt.state)
        let instruction = self.instruction
        return [
            .text(self.attempt.reference), .uuid(self.subject), .text(instruction.kind.rawValue),
            .optional(instruction.amount?.minorUnits, PostgresValue.int64),
            .optional(instruction.amount?.currency.code, PostgresValue.text),
            .optional(instruction.paymentMethod, PostgresValue.text),
            .optional(instruction.parent, PostgresValue.text),
            .timestamp(self.attempt.notAfter), .bool(self.attempt.isUnwanted),
            .text(stored.name), .optional(stored.refusal?.code, PostgresValue.text),
            .optional(stored.refusal?.declineCode, PostgresValue.text),
            .optional(stored.refusal?.message, PostgresValue.text), .timestamp(now),
            .timestamp(now),
        ]
    }

    /// The reference and all that may change.
    func changeable(at now: Timestamp) -> [PostgresValue] {
        let stored = StoredState(self.attempt.state)
        return [
            .text(self.attempt.reference), .bool(self.attempt.isUnwanted), .text(stored.name),
            .optional(stored.refusal?.code, PostgresValue.text),
            .optional(stored.refusal?.declineCode, PostgresValue.text),
            .optional(stored.refusal?.message, PostgresValue.text), .timestamp(now),
        ]
    }

    /// The attempt of that reference, if it was stored.
    package static func find(
        _ reference: String, in database: PostgresPool
    ) async throws -> AcquirerOperation? {
        try await database.query(
            "SELECT \(self.columns) FROM acquirer_attempt WHERE reference = $1", [.text(reference)]
        ).first.map(AcquirerOperation.init)
    }

    /// Reads the columns in the order in which they are named above.
    init(_ row: PostgresRow) throws {
        self.init(
            subject: try row.uuid(1), instruction: try Self.instruction(row),
            attempt: AcquirerAttempt(
                reference: try row.text(0), notAfter: try row.timestamp(7),
                state: try Self.state(row), isUnwanted: try row.bool(8)))
    }

    private static func instruction(_ row: PostgresRow) throws -> Instruction {
        func amount() throws -> Money {
            Money(try row.int64(3), try Currency.named(try row.text(4)))
        }
        switch Effect.Kind(rawValue: try row.text(2)) {
        case .authorize: return .authorize(try amount(), paymentMethod: try row.text(5))
        case .purchase: return .purchase(try amount(), paymentMethod: try row.text(5))
        case .capture: return .capture(try amount(), of: try row.text(6))
        case .void: return .void(try row.text(6))
        case .refund: return .refund(try amount(), of: try row.text(6))
        case nil: throw UnknownAttempt(column: "kind")
        }
    }

    private static func state(_ row: PostgresRow) throws -> AcquirerAttempt.State {
        let refusal = try row.optionalText(10).map { code in
            Refusal(
                code: code, declineCode: try row.optionalText(11) ?? "",
                message: try row.optionalText(12) ?? "")
        }
        switch (try row.text(9), refusal) {
        case ("recorded", nil): return .recorded
        case ("in_doubt", nil): return .inDoubt
        case ("pending", nil): return .pending
        case ("approved", nil): return .settled(.approved)
        case ("absent", nil): return .settled(.absent)
        case ("declined", let refusal?): return .settled(.declined(refusal))
        case ("requires_action", let refusal?): return .settled(.requiresAction(refusal))
        default: throw UnknownAttempt(column: "state")
        }
    }
}

/// A state as its columns hold it.
private struct StoredState {
    let name: String
    let refusal: Refusal?

    init(_ state: AcquirerAttempt.State) {
        switch state {
        case .recorded: (self.name, self.refusal) = ("recorded", nil)
        case .inDoubt: (self.name, self.refusal) = ("in_doubt", nil)
        case .pending: (self.name, self.refusal) = ("pending", nil)
        case .settled(.approved): (self.name, self.refusal) = ("approved", nil)
        case .settled(.absent): (self.name, self.refusal) = ("absent", nil)
        case .settled(.declined(let refusal)): (self.name, self.refusal) = ("declined", refusal)
        case .settled(.requiresAction(let refusal)):
            (self.name, self.refusal) = ("requires_action", refusal)
        }
    }
}

/// A row that no version of the service writes.
private struct UnknownAttempt: Error {
    let column: String
}
