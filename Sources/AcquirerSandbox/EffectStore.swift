internal import AcquirerCore
internal import Identifiers
internal import Money
internal import Postgres

/// The sandbox's SQL.
struct EffectStore: Sendable {
    let database: PostgresPool

    /// What came of an instruction.
    struct Performed: Sendable {
        /// `nil` when nothing was done.
        let effect: Effect?
        let delivery: Conduct.Delivery
    }

    private static let columns = """
        reference, kind, amount, currency, payment_method, parent_reference, outcome, decided_at, \
        code, decline_code, message, created_at
        """

    /// Carries an instruction out, once for its reference, in one transaction.
    ///
    /// Its parent's row is locked, so what is left of it is decided by one at a time.
    ///
    /// - Throws: `AcquirerError`; nothing is stored then.
    func perform(
        _ instruction: Instruction, reference: String, pendingRefund: Duration,
        notAfter: Timestamp, now: Timestamp
    ) async throws -> Performed {
        try await self.database.withTransaction { transaction in
            let history = try await self.history(of: instruction, in: transaction)
            if let known = try await self.effect(reference, in: transaction) {
                return Performed(
                    effect: try CardNetwork.repeated(known, by: instruction), delivery: .atOnce)
            }
            let paymentMethod = instruction.paymentMethod ?? history.parent?.paymentMethod ?? ""
            let script = try await self.useScript(
                for: instruction.kind, reference: reference, paymentMethod: paymentMethod,
                in: transaction)
            let conduct =
                script
                ?? TestPaymentMethod(named: paymentMethod)?
                .conduct(for: instruction.kind, pendingRefund: pendingRefund)
                ?? .approve
            guard
                let effect = try CardNetwork.effect(
                    of: instruction, reference: reference, history: history,
                    conduct: conduct.decision, notAfter: notAfter, now: now)
            else { return Performed(effect: nil, delivery: conduct.delivery) }
            if try await self.insert(effect, in: transaction) {
                return Performed(effect: effect, delivery: conduct.delivery)
            }
            // The same reference was committed since it was looked for.
            guard let known = try await self.effect(reference, in: transaction) else {
                throw AcquirerError.referenceReused
            }
            return Performed(
                effect: try CardNetwork.repeated(known, by: instruction), delivery: .atOnce)
        }
    }

    func effect(_ reference: String) async throws -> Effect? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM effect WHERE reference = $1", [.text(reference)]
        ).first.map(Effect.init)
    }

    /// Newest first.
    ///
    /// - Parameter cursor: The reference of the last effect of the page before, or empty.
    func effects(prefix: String, after cursor: String, limit: Int64) async throws -> [Effect] {
        try await self.database.query(
            """
            SELECT \(Self.columns) FROM effect
            WHERE left(reference, length($1)) = $1
                AND ($2 = '' OR (created_at, reference)
                    < (SELECT created_at, reference FROM effect WHERE reference = $2))
            ORDER BY created_at DESC, reference DESC LIMIT $3
            """, [.text(prefix), .text(cursor), .int64(limit)]
        ).map(Effect.init)
    }

    private func history(
        of instruction: Instruction, in transaction: PostgresTransaction
    ) async throws -> CardNetwork.History {
        guard let reference = instruction.parent else { return CardNetwork.History() }
        let parent = try await transaction.query(
            "SELECT \(Self.columns) FROM effect WHERE reference = $1 FOR UPDATE",
            [.text(reference)])
        // A statement of its own: it sees what was committed while the first waited for the lock.
        let children = try await transaction.query(
            "SELECT \(Self.columns) FROM effect WHERE parent_reference = $1", [.text(reference)])
        return CardNetwork.History(
            parent: try parent.first.map(Effect.init), children: try children.map(Effect.init))
    }

    private func effect(
        _ reference: String, in transaction: PostgresTransaction
    ) async throws -> Effect? {
        try await transaction.query(
            "SELECT \(Self.columns) FROM effect WHERE reference = $1", [.text(reference)]
        ).first.map(Effect.init)
    }

    /// - Returns: Whether the reference was free.
    private func insert(
        _ effect: Effect, in transaction: PostgresTransaction
    ) async throws -> Bool {
        let stored = StoredOutcome(effect.outcome)
        let inserted = try await transaction.query(
            """
            INSERT INTO effect (\(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (reference) DO NOTHING RETURNING reference
            """,
            [
                .text(effect.reference), .text(effect.kind.rawValue),
                .int64(effect.amount.minorUnits), .text(effect.amount.currency.code),
                .text(effect.paymentMethod),
                .optional(effect.instruction.parent, PostgresValue.text),
                .text(stored.name), .optional(stored.decidedAt, PostgresValue.timestamp),
                .optional(stored.refusal?.code, PostgresValue.text),
                .optional(stored.refusal?.declineCode, PostgresValue.text),
                .optional(stored.refusal?.message, PostgresValue.text),
                .timestamp(effect.createdAt),
            ])
        return !inserted.isEmpty
    }
}

extension Instruction {
    fileprivate var paymentMethod: String? {
        if case .authorize(_, let paymentMethod) = self { paymentMethod } else { nil }
    }
}
