internal import AcquirerCore
internal import Identifiers
internal import Money
internal import Postgres

/// A capture, purchase or refund with the moment at which it was approved.
struct SettledEffect: Sendable {
    let reference: String
    let kind: Effect.Kind
    let amount: Money
    let settledAt: Timestamp
}

/// After which row a page begins.
struct SettledCursor: Hashable, Sendable {
    let settledAt: Timestamp
    let reference: String

    init(settledAt: Timestamp, reference: String) {
        self.settledAt = settledAt
        self.reference = reference
    }

    /// Reads "1763650000000000/pi_…/saga_…/capture"; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let microseconds = Int64(parts[0]) else { return nil }
        self.init(
            settledAt: Timestamp(microseconds: microseconds), reference: String(parts[1]))
    }

    var text: String { "\(self.settledAt.microseconds)/\(self.reference)" }
}

extension EffectStore {
    /// Oldest first.
    ///
    /// - Parameter subjects: Only of these payments; all, when empty.
    func settled(
        in period: Range<Timestamp>, of subjects: [String], after cursor: SettledCursor?,
        limit: Int64
    ) async throws -> [SettledEffect] {
        var parameters: [PostgresValue] = [
            .timestamp(period.lowerBound), .timestamp(period.upperBound), .int64(limit),
        ]
        var conditions = ""
        if let cursor {
            parameters += [.timestamp(cursor.settledAt), .text(cursor.reference)]
            conditions += " AND (coalesce(decided_at, created_at), reference) > ($4, $5)"
        }
        if !subjects.isEmpty {
            parameters.append(.textArray(subjects))
            conditions += " AND split_part(reference, '/', 1) = ANY ($\(parameters.count))"
        }
        return try await self.database.query(
            """
            SELECT reference, kind, amount, currency, coalesce(decided_at, created_at)
            FROM effect
            WHERE kind IN ('capture', 'purchase', 'refund')
                AND (outcome = 'approved' OR (outcome = 'pending' AND code IS NULL))
                AND coalesce(decided_at, created_at) >= $1
                AND coalesce(decided_at, created_at) < $2\(conditions)
            ORDER BY coalesce(decided_at, created_at), reference LIMIT $3
            """, parameters
        ).map(SettledEffect.init)
    }
}

extension SettledEffect {
    fileprivate init(_ row: PostgresRow) throws {
        guard let kind = Effect.Kind(rawValue: try row.text(1)) else {
            throw UnknownValue(column: "effect.kind")
        }
        self.init(
            reference: try row.text(0), kind: kind,
            amount: Money(try row.int64(2), try Currency.named(try row.text(3))),
            settledAt: try row.timestamp(4))
    }
}
