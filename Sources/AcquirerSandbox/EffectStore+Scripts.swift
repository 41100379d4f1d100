internal import AcquirerCore
internal import Identifiers
internal import Postgres

extension EffectStore {
    private static let scriptColumns = """
        id, kind, reference_prefix, payment_method, behavior, delay_ms, remaining, decline_code
        """

    func add(_ script: Script, at now: Timestamp) async throws {
        _ = try await self.database.query(
            """
            INSERT INTO script (\(Self.scriptColumns), created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .uuid(script.id.uuid), .optional(script.kind?.rawValue, PostgresValue.text),
                .text(script.referencePrefix), .text(script.paymentMethod),
                .text(script.behavior.rawValue), .int64(script.delay.wholeMicroseconds / 1_000),
                .int64(script.remaining), .text(script.declineCode), .timestamp(now),
            ])
    }

    /// In the order in which they are tried.
    func scripts() async throws -> [Script] {
        try await self.database.query(
            "SELECT \(Self.scriptColumns) FROM script ORDER BY created_at, id"
        ).map(Script.init)
    }

    /// - Returns: How many there were.
    func removeScripts() async throws -> Int64 {
        Int64(try await self.database.query("DELETE FROM script RETURNING id").count)
    }

    /// Uses the first script that fits, up to its count.
    ///
    /// All scripts are locked meanwhile, so that each of their uses goes to one call: they are few,
    /// and without any there is nothing to lock.
    ///
    /// - Returns: How to treat the call; `nil` when no script fits.
    func useScript(
        for kind: Effect.Kind, reference: String, paymentMethod: String,
        in transaction: PostgresTransaction
    ) async throws -> Conduct? {
        let scripts = try await transaction.query(
            "SELECT \(Self.scriptColumns) FROM script ORDER BY created_at, id FOR UPDATE"
        ).map(Script.init)
        let fitting = scripts.first {
            $0.fits(kind, reference: reference, paymentMethod: paymentMethod)
        }
        guard var script = fitting else { return nil }
        if script.use() {
            _ = try await transaction.query(
                "UPDATE script SET remaining = $2 WHERE id = $1",
                [.uuid(script.id.uuid), .int64(script.remaining)])
        } else {
            _ = try await transaction.query(
                "DELETE FROM script WHERE id = $1", [.uuid(script.id.uuid)])
        }
        return script.conduct
    }
}

extension Script {
    /// Reads the columns in the order in which ``EffectStore`` names them.
    fileprivate init(_ row: PostgresRow) throws {
        guard let behavior = Behavior(rawValue: try row.text(4)) else {
            throw UnknownValue(column: "script.behavior")
        }
        try self.init(
            id: ScriptID(uuid: try row.uuid(0)),
            kind: try row.optionalText(1).flatMap(Effect.Kind.init(rawValue:)),
            referencePrefix: try row.text(2), paymentMethod: try row.text(3), behavior: behavior,
            delay: .milliseconds(try row.int64(5)), remaining: try row.int64(6),
            declineCode: try row.text(7))
    }
}
