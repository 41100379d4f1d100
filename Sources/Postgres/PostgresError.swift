/// Why a statement, a transaction or a connection failed.
///
/// ``description`` names the code, the SQLSTATE and the constraint, and is safe to show anyone.
/// ``debugDescription`` adds the server's own words, which may hold values of rows.
package struct PostgresError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// 40001: another transaction came between. Running the whole transaction again may help.
        case serializationFailure
        /// 40P01: chosen as the victim of a deadlock. As above.
        case deadlock
        case uniqueViolation
        case checkViolation
        case foreignKeyViolation
        case notNullViolation
        case insufficientPrivilege
        /// The connection could not be made: refused, wrong password, no such database.
        case connectionFailed
        /// The connection broke. A transaction without its COMMIT sent has not happened; a
        /// statement sent outside a transaction may have.
        case connectionLost
        /// The connection broke, or time ran out, while a COMMIT was on its way: it may have
        /// happened or not, and only reading the rows can tell.
        case commitOutcomeUnknown
        /// A statement ran past its deadline and was cancelled.
        case timeout
        /// No connection came free in time, or too many callers wait for one already.
        case poolExhausted
        /// The pool was closed.
        case poolClosed
        /// The task was cancelled while it waited for a connection.
        case cancelled
        /// A parameter has no form in PostgreSQL.
        case encoding
        /// A column does not hold what the caller asked for.
        case decoding
        /// The transaction was used after its end, or by two tasks at once.
        case misuse
        /// Anything else that the server refused, by its SQLSTATE.
        case other(String)
    }

    package let code: Code
    /// The five characters PostgreSQL classifies its errors by; `nil` when the server had no part.
    package let sqlState: String?
    /// The violated constraint's name, when there is one.
    package let constraint: String?
    /// What went wrong in words. May hold values of rows: for logs of operators only.
    package let detail: String

    package init(
        _ code: Code, sqlState: String? = nil, constraint: String? = nil, detail: String = ""
    ) {
        self.code = code
        self.sqlState = sqlState
        self.constraint = constraint
        self.detail = detail
    }

    /// The error that a server's SQLSTATE stands for.
    init(sqlState: String, constraint: String?, detail: String) {
        self.init(
            Self.code(sqlState: sqlState), sqlState: sqlState, constraint: constraint,
            detail: detail)
    }

    private static func code(sqlState: String) -> Code {
        switch sqlState {
        case "40001": .serializationFailure
        case "40P01": .deadlock
        case "23505": .uniqueViolation
        case "23514": .checkViolation
        case "23503": .foreignKeyViolation
        case "23502": .notNullViolation
        case "42501": .insufficientPrivilege
        case "57014": .timeout
        // The server ends the session with these: shutdown, crash, idle in transaction too long.
        case "57P01", "57P02", "57P03", "57P05", "25P03", "25P04": .connectionLost
        case _ where sqlState.hasPrefix("08"): .connectionLost
        default: .other(sqlState)
        }
    }

    /// Whether the same work may succeed when it is tried again later, unchanged.
    package var isTransient: Bool {
        switch self.code {
        case .serializationFailure, .deadlock, .connectionFailed, .connectionLost,
            .commitOutcomeUnknown, .timeout, .poolExhausted, .poolClosed, .cancelled:
            true
        case .uniqueViolation, .checkViolation, .foreignKeyViolation, .notNullViolation,
            .insufficientPrivilege, .encoding, .decoding, .misuse:
            false
        // Insufficient resources (53xxx): disk full, too many connections.
        case .other(let sqlState): sqlState.hasPrefix("53")
        }
    }

    /// Whether a transaction that ended so has surely not happened and is worth running again.
    var asksForRetry: Bool {
        switch self.code {
        case .serializationFailure, .deadlock: true
        case .uniqueViolation, .checkViolation, .foreignKeyViolation, .notNullViolation,
            .insufficientPrivilege, .connectionFailed, .connectionLost, .commitOutcomeUnknown,
            .timeout, .poolExhausted, .poolClosed, .cancelled, .encoding, .decoding, .misuse,
            .other:
            false
        }
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        var text: String
        switch self.code {
        case .other(let sqlState): text = "postgres.\(sqlState)"
        default: text = "postgres.\(self.code)"
        }
        if let sqlState = self.sqlState, self.code != .other(sqlState) { text += " (\(sqlState))" }
        if let constraint = self.constraint { text += " on \(constraint)" }
        return text
    }

    package var debugDescription: String {
        self.detail.isEmpty ? self.description : "\(self.description): \(self.detail)"
    }
}
