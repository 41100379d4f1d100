internal import AcquirerCore
internal import Identifiers
internal import Postgres

extension EffectStore {
    static let scriptColumns = """
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
}

extension Script {
    /// Reads the columns in the order in which ``EffectStore`` names them.
    init(_ row: PostgresRow) throws {
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
