internal import GatewayCore
internal import Identifiers
internal import Postgres

/// What the gateway keeps: accounts, keys, customers, payment methods, whose quotes are whose, events,
/// webhooks. One file for each; idempotency keys have ``IdempotencyStore``.
struct GatewayStore: Sendable {
    let database: PostgresPool
}

// MARK: - Accounts

extension GatewayStore {
    private static let accountColumns =
        "a.id, a.merchant_id, a.display_name, a.secret, a.created_at"

    /// Adds an account, unless the merchant has one.
    ///
    /// - Returns: The one there is then.
    func add(_ account: StoredAccount) async throws -> StoredAccount {
        let results = try await self.database.pipeline([
            PostgresStatement(
                """
                INSERT INTO account (id, merchant_id, display_name, secret, created_at)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id) DO NOTHING
                """,
                [
                    .uuid(account.id.uuid), .text(account.merchantID), .text(account.displayName),
                    .bytes(account.secret), .timestamp(account.createdAt),
                ]),
            PostgresStatement(
                "SELECT \(Self.accountColumns) FROM account AS a WHERE a.merchant_id = $1",
                [.text(account.merchantID)]),
        ])
        return try results[1].rows.first.map { try StoredAccount($0, from: 0) } ?? account
    }

    /// - Parameter name: Its id, or its merchant's.
    func account(_ name: String) async throws -> StoredAccount? {
        let condition: (String, PostgresValue) =
            if let id = AccountID(name) {
                ("a.id = $1", .uuid(id.uuid))
            } else {
                ("a.merchant_id = $1", .text(name))
            }
        return try await self.database.query(
            "SELECT \(Self.accountColumns) FROM account AS a WHERE \(condition.0)", [condition.1]
        ).first.map { try StoredAccount($0, from: 0) }
    }

    func accounts(merchants names: Set<String>) async throws -> [StoredAccount] {
        guard !names.isEmpty else { return [] }
        return try await self.database.query(
            """
            SELECT \(Self.accountColumns) FROM account AS a WHERE a.merchant_id = ANY($1::text[])
            """, [.textArray(names.sorted())]
        ).map { try StoredAccount($0, from: 0) }
    }

    func accounts(before cursor: AccountID?, limit: Int64) async throws -> [StoredAccount] {
        try await self.database.query(
            """
            SELECT \(Self.accountColumns) FROM account AS a WHERE ($1::uuid IS NULL OR a.id < $1)
            ORDER BY a.id DESC LIMIT $2
            """, [.optional(cursor?.uuid, PostgresValue.uuid), .int64(limit)]
        ).map { try StoredAccount($0, from: 0) }
    }
}

// MARK: - Keys

extension GatewayStore {
    private static let keyColumns = """
        k.id, k.account_id, k.kind, k.livemode, k.hint, k.permissions, k.created_at, k.expires_at
        """

    func add(_ key: StoredKey, hash: [UInt8]) async throws {
        try await self.database.query(
            """
            INSERT INTO api_key (id, account_id, kind, livemode, key_hash, hint, permissions,
                created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .uuid(key.id.uuid), .uuid(key.accountID.uuid), .text(key.kind.rawValue),
                .bool(key.isLive), .bytes(hash), .text(key.hint),
                .textArray(key.permissions.map(\.text).sorted()), .timestamp(key.createdAt),
                .optional(key.expiresAt, PostgresValue.timestamp),
            ])
    }

    func key(_ id: KeyID) async throws -> StoredKey? {
        try await self.database.query(
            "SELECT \(Self.keyColumns) FROM api_key AS k WHERE k.id = $1", [.uuid(id.uuid)]
        ).first.map { try StoredKey($0) }
    }

    /// Whose key has this hash, whether or not it has run out.
    func caller(keyHash: [UInt8]) async throws -> Caller? {
        try await self.database.query(
            """
            SELECT \(Self.keyColumns), \(Self.accountColumns)
            FROM api_key AS k JOIN account AS a ON a.id = k.account_id WHERE k.key_hash = $1
            """, [.bytes(keyHash)]
        ).first.map { Caller(account: try StoredAccount($0, from: 8), key: try StoredKey($0)) }
    }

    func keys(
        of account: AccountID?, before cursor: KeyID?, limit: Int64
    ) async throws -> [StoredKey] {
        try await self.database.query(
            """
            SELECT \(Self.keyColumns) FROM api_key AS k
            WHERE ($1::uuid IS NULL OR k.account_id = $1) AND ($2::uuid IS NULL OR k.id < $2)
            ORDER BY k.id DESC LIMIT $3
            """,
            [
                .optional(account?.uuid, PostgresValue.uuid),
                .optional(cursor?.uuid, PostgresValue.uuid), .int64(limit),
            ]
        ).map { try StoredKey($0) }
    }

    /// Lets a key run out then, or before if that was said before.
    func expire(_ id: KeyID, at moment: Timestamp) async throws -> StoredKey? {
        try await self.database.query(
            """
            UPDATE api_key AS k SET expires_at = least(coalesce(k.expires_at, $2), $2)
            WHERE k.id = $1 RETURNING \(Self.keyColumns)
            """, [.uuid(id.uuid), .timestamp(moment)]
        ).first.map { try StoredKey($0) }
    }
}

extension StoredAccount {
    fileprivate init(_ row: PostgresRow, from first: Int) throws {
        self.init(
            id: AccountID(uuid: try row.uuid(first)), merchantID: try row.text(first + 1),
            displayName: try row.text(first + 2), secret: try row.bytes(first + 3),
            createdAt: try row.timestamp(first + 4))
    }
}

extension StoredKey {
    fileprivate init(_ row: PostgresRow) throws {
        guard let kind = APIKey.Kind(rawValue: try row.text(2)) else { throw UnknownKeyKind() }
        self.init(
            id: KeyID(uuid: try row.uuid(0)), accountID: AccountID(uuid: try row.uuid(1)),
            kind: kind, isLive: try row.bool(3), hint: try row.text(4),
            permissions: Set(try row.textArray(5).compactMap(Permission.init)),
            createdAt: try row.timestamp(6), expiresAt: try row.optionalTimestamp(7))
    }
}

/// A kind that no version of the gateway writes.
private struct UnknownKeyKind: Error {}
