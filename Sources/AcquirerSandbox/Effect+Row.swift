internal import AcquirerCore
internal import Identifiers
internal import Money
internal import Postgres

/// An outcome as its columns hold it.
struct StoredOutcome {
    let name: String
    let decidedAt: Timestamp?
    let refusal: Refusal?

    init(_ outcome: Effect.Outcome) {
        switch outcome {
        case .approved: (self.name, self.decidedAt, self.refusal) = ("approved", nil, nil)
        case .declined(let refusal):
            (self.name, self.decidedAt, self.refusal) = ("declined", nil, refusal)
        case .requiresAction(let refusal):
            (self.name, self.decidedAt, self.refusal) = ("requires_action", nil, refusal)
        case .pending(let end, let refusal):
            (self.name, self.decidedAt, self.refusal) = ("pending", end, refusal)
        }
    }
}

extension Effect {
    /// Reads the columns in the order in which ``EffectStore`` names them.
    ///
    /// - Throws: `PostgresError`; `MoneyError` for a currency that this version does not know.
    init(_ row: PostgresRow) throws {
        let amount = Money(try row.int64(2), try Currency.named(try row.text(3)))
        let paymentMethod = try row.text(4)
        self.init(
            reference: try row.text(0),
            instruction: try Self.instruction(row, amount: amount, paymentMethod: paymentMethod),
            amount: amount, paymentMethod: paymentMethod, outcome: try Self.outcome(row),
            createdAt: try row.timestamp(11))
    }

    private static func instruction(
        _ row: PostgresRow, amount: Money, paymentMethod: String
    ) throws -> Instruction {
        switch Kind(rawValue: try row.text(1)) {
        case .authorize: .authorize(amount, paymentMethod: paymentMethod)
        case .purchase: .purchase(amount, paymentMethod: paymentMethod)
        case .capture: .capture(amount, of: try row.text(5))
        case .void: .void(try row.text(5))
        case .refund: .refund(amount, of: try row.text(5))
        case nil: throw UnknownValue(column: "effect.kind")
        }
    }

    private static func outcome(_ row: PostgresRow) throws -> Outcome {
        let refusal = try row.optionalText(8).map { code in
            Refusal(
                code: code, declineCode: try row.optionalText(9) ?? "",
                message: try row.optionalText(10) ?? "")
        }
        switch (try row.text(6), refusal) {
        case ("approved", nil): return .approved
        case ("declined", let refusal?): return .declined(refusal)
        case ("requires_action", let refusal?): return .requiresAction(refusal)
        case ("pending", let refusal):
            return .pending(until: try row.timestamp(7), failing: refusal)
        default: throw UnknownValue(column: "effect.outcome")
        }
    }
}

/// A row that no version of the service writes.
struct UnknownValue: Error {
    let column: String
}
