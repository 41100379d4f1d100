internal import AcquirerCore
internal import Identifiers
internal import Money
internal import Postgres

/// Instructions of many callers, carried out in turn in one transaction.
///
/// What they work on is locked, so what is left of it is decided by one at a time.
struct EffectBatch {
    /// One caller's instruction.
    struct Order: Sendable {
        let instruction: Instruction
        let reference: String
        let pendingRefund: Duration
        let notAfter: Timestamp
        let now: Timestamp
    }

    /// What came of an instruction.
    struct Performed: Sendable {
        /// `nil` when nothing was done.
        let effect: Effect?
        let delivery: Conduct.Delivery
    }

    private var effects: [String: Effect] = [:]
    private var children: [String: [Effect]] = [:]
    /// In the order in which they are tried; `nil` once used up.
    private var scripts: [Script?] = []
    private let scriptIDs: [UUID128]
    private var usedScripts: Set<Int> = []
    private var made: [Effect] = []

    static func carryOut(
        _ orders: [Order], in database: PostgresPool
    ) async throws -> [Result<Performed, any Error>] {
        try await database.withTransaction { transaction in
            var batch = try EffectBatch(
                await transaction.pipeline(Self.queries(for: orders)))
            let performed = orders.map { order in
                Result { try batch.perform(order) }
            }
            for statement in batch.statements {
                try transaction.enqueue(statement.sql, statement.parameters)
            }
            return performed
        }
    }

    // MARK: - Deciding

    /// Carries an instruction out, once for its reference.
    ///
    /// - Throws: `AcquirerError`; nothing is changed then but the script that it used.
    private mutating func perform(_ order: Order) throws -> Performed {
        let instruction = order.instruction
        if let known = self.effects[order.reference] {
            return Performed(
                effect: try CardNetwork.repeated(known, by: instruction), delivery: .atOnce)
        }
        let history = CardNetwork.History(
            parent: instruction.parent.flatMap { self.effects[$0] },
            children: instruction.parent.flatMap { self.children[$0] } ?? [])
        let paymentMethod = instruction.paymentMethod ?? history.parent?.paymentMethod ?? ""
        let conduct =
            self.useScript(
                for: instruction.kind, reference: order.reference, paymentMethod: paymentMethod)
            ?? TestPaymentMethod(named: paymentMethod)?
            .conduct(for: instruction.kind, pendingRefund: order.pendingRefund)
            ?? .approve
        guard
            let effect = try CardNetwork.effect(
                of: instruction, reference: order.reference, history: history,
                conduct: conduct.decision, notAfter: order.notAfter, now: order.now)
        else { return Performed(effect: nil, delivery: conduct.delivery) }
        self.effects[order.reference] = effect
        if let parent = instruction.parent { self.children[parent, default: []].append(effect) }
        self.made.append(effect)
        return Performed(effect: effect, delivery: conduct.delivery)
    }

    /// Uses the first script that fits, up to its count.
    private mutating func useScript(
        for kind: Effect.Kind, reference: String, paymentMethod: String
    ) -> Conduct? {
        let fitting = self.scripts.firstIndex {
            $0?.fits(kind, reference: reference, paymentMethod: paymentMethod) ?? false
        }
        guard let fitting, var script = self.scripts[fitting] else { return nil }
        let conduct = script.conduct
        self.scripts[fitting] = script.use() ? script : nil
        self.usedScripts.insert(fitting)
        return conduct
    }

    // MARK: - Reading and writing

    private static func queries(for orders: [Order]) -> [PostgresStatement] {
        let parents = Set(orders.compactMap(\.instruction.parent)).sorted()
        let effects = "SELECT \(EffectStore.columns) FROM effect"
        return [
            PostgresStatement(
                "\(effects) WHERE reference = ANY($1::text[]) ORDER BY reference FOR UPDATE",
                [.textArray(parents)]),
            // Statements of their own: they see what was committed while the first waited.
            PostgresStatement(
                "\(effects) WHERE parent_reference = ANY($1::text[])", [.textArray(parents)]),
            PostgresStatement(
                "\(effects) WHERE reference = ANY($1::text[])",
                [.textArray(orders.map(\.reference))]),
            // All of them, so that each of their uses goes to one call: they are few, and without
            // any there is nothing to lock.
            PostgresStatement(
                "SELECT \(EffectStore.scriptColumns) FROM script ORDER BY created_at, id FOR UPDATE"
            ),
        ]
    }

    private init(_ results: [PostgresResult]) throws {
        let scripts = try results[3].rows.map { try Script($0) }
        self.scripts = scripts
        self.scriptIDs = scripts.map(\.id.uuid)
        for row in results[0].rows + results[2].rows {
            let effect = try Effect(row)
            self.effects[effect.reference] = effect
        }
        for row in results[1].rows {
            let effect = try Effect(row)
            self.effects[effect.reference] = effect
            self.children[effect.instruction.parent ?? "", default: []].append(effect)
        }
    }

    private var statements: [PostgresStatement] {
        var statements: [PostgresStatement] = []
        for index in self.usedScripts.sorted() {
            if let script = self.scripts[index] {
                statements.append(
                    PostgresStatement(
                        "UPDATE script SET remaining = $2 WHERE id = $1",
                        [.uuid(self.scriptIDs[index]), .int64(script.remaining)]))
            } else {
                statements.append(
                    PostgresStatement(
                        "DELETE FROM script WHERE id = $1", [.uuid(self.scriptIDs[index])]))
            }
        }
        if !self.made.isEmpty { statements.append(self.insertion) }
        return statements
    }

    private var insertion: PostgresStatement {
        var batch = RowBatch([
            .init("reference", .text), .init("kind", .text), .init("amount", .int64),
            .init("currency", .text), .init("payment_method", .text),
            .init("parent_reference", .text), .init("outcome", .text),
            .init("decided_at", .timestamp), .init("code", .text), .init("decline_code", .text),
            .init("message", .text), .init("created_at", .timestamp),
        ])
        for effect in self.made {
            let stored = StoredOutcome(effect.outcome)
            batch.append([
                .text(effect.reference), .text(effect.kind.rawValue),
                .int64(effect.amount.minorUnits), .text(effect.amount.currency.code),
                .text(effect.paymentMethod),
                .optional(effect.instruction.parent, PostgresValue.text), .text(stored.name),
                .optional(stored.decidedAt, PostgresValue.timestamp),
                .optional(stored.refusal?.code, PostgresValue.text),
                .optional(stored.refusal?.declineCode, PostgresValue.text),
                .optional(stored.refusal?.message, PostgresValue.text),
                .timestamp(effect.createdAt),
            ])
        }
        return batch.insertion(into: "effect")
    }
}
