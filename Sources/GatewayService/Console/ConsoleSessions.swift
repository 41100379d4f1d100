internal import Identifiers
internal import Postgres
internal import SagaCore
internal import TLS

/// Who is in the console. Tokens are random and known to their holders only; what is kept is a hash.
struct ConsoleSessions: Sendable {
    let database: PostgresPool
    let clock: any WallClock

    static let linkLifetime = Duration.seconds(300)
    static let lifetime = Duration.seconds(8 * 3_600)

    /// Makes a link's token, and forgets what has run out.
    func makeLogin(for operator: OperatorIdentity) async throws -> (
        token: String, expires: Timestamp
    ) {
        let token = ConsoleToken()
        let now = self.clock.now()
        let expires = now + Self.linkLifetime
        _ = try await self.database.pipeline([
            PostgresStatement(
                "DELETE FROM console_login WHERE expires_at <= $1", [.timestamp(now)]),
            PostgresStatement(
                "DELETE FROM console_session WHERE expires_at <= $1", [.timestamp(now)]),
            PostgresStatement(
                """
                INSERT INTO console_login (token_hash, operator, expires_at) VALUES ($1, $2, $3)
                """, [.bytes(token.hash), .text(`operator`.text), .timestamp(expires)]),
        ])
        return (token.text, expires)
    }

    /// Turns a link's token into a session's, of the same operator; `nil` when it was used before or has run out.
    func open(_ login: String) async throws -> (token: String, operator: String)? {
        guard let login = ConsoleToken(login) else { return nil }
        let token = ConsoleToken()
        let now = self.clock.now()
        return try await self.database.query(
            """
            WITH used AS (
                DELETE FROM console_login WHERE token_hash = $1 AND expires_at > $2
                RETURNING operator)
            INSERT INTO console_session (token_hash, operator, expires_at)
            SELECT $3, operator, $4 FROM used RETURNING operator
            """,
            [
                .bytes(login.hash), .timestamp(now), .bytes(token.hash),
                .timestamp(now + Self.lifetime),
            ]
        ).first.map { (token.text, try $0.text(0)) }
    }

    func isOpen(_ session: String) async throws -> Bool {
        guard let token = ConsoleToken(session) else { return false }
        return try await !self.database.query(
            "SELECT 1 FROM console_session WHERE token_hash = $1 AND expires_at > $2",
            [.bytes(token.hash), .timestamp(self.clock.now())]
        ).isEmpty
    }

    func close(_ session: String) async throws {
        guard let token = ConsoleToken(session) else { return }
        _ = try await self.database.query(
            "DELETE FROM console_session WHERE token_hash = $1", [.bytes(token.hash)])
    }
}

/// 256 random bits, as 64 hexadecimal digits.
struct ConsoleToken {
    let text: String

    init() {
        var randomness = SystemRandomNumberGenerator()
        self.text = (0..<64).map { _ in
            String(Int.random(in: 0..<16, using: &randomness), radix: 16)
        }.joined()
    }

    /// `nil` for what cannot be one.
    init?(_ text: String) {
        guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        self.text = text
    }

    var hash: [UInt8] { sha256(Array(self.text.utf8)) }
}
