internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC

extension SagaAdmin {
    func getSagaStats(
        _ request: SagaV1.GetSagaStatsRequest, context: CallContext
    ) async throws -> SagaV1.GetSagaStatsResponse {
        guard (0...86_400).contains(request.periodSeconds) else {
            throw RPCError.invalidArgument(
                field: "period_seconds", "must be 1 to 86400, or 0 for 60")
        }
        let period = request.periodSeconds == 0 ? 60 : request.periodSeconds
        let now = clock.now()
        let from = now + .seconds(-period)
        let results = try await database.pipeline(SagaStatistics.statements(from: from))
        var stats = SagaV1.GetSagaStatsResponse(periodSeconds: period, atUs: now.microseconds)
        stats.counts = try results[0].rows.map { row in
            SagaV1.SagaCount(
                kind: try row.text(0), status: SagaV1.SagaStatus(rawValue: Int32(try row.int16(1))),
                count: try row.int64(2))
        }
        stats.latencies = try results[1].rows.map { row in
            SagaV1.SagaLatency(
                kind: try row.text(0), count: try row.int64(1), p50Us: try row.int64(2),
                p95Us: try row.int64(3), p99Us: try row.int64(4), maxUs: try row.int64(5))
        }
        stats.ended = stats.latencies.reduce(0) { $0 + $1.count }
        stats.started = try results[2].rows.first?.int64(0) ?? 0
        stats.waiting = try results[3].rows.first?.int64(0) ?? 0
        stats.oldest = try results[4].rows.first.map { try SagaRow.view($0, flows) }
        stats.unfinished = try results[5].rows.map { row in
            SagaV1.SagaMoney(
                amount: CommonV1.Money(minorUnits: try row.int64(1), currency: try row.text(0)),
                sagas: try row.int64(2))
        }
        return stats
    }
}

private enum SagaStatistics {
    /// What has ended is counted within the period only: all of it would be read in full.
    static func statements(from: Timestamp) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                SELECT kind, status, count(*) FROM sagas
                WHERE ended_at IS NULL OR ended_at >= $1
                GROUP BY kind, status ORDER BY kind, status
                """, [.timestamp(from)]),
            PostgresStatement(
                """
                SELECT kind, count(*),
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY took)::bigint,
                    percentile_disc(0.95) WITHIN GROUP (ORDER BY took)::bigint,
                    percentile_disc(0.99) WITHIN GROUP (ORDER BY took)::bigint, max(took)::bigint
                FROM (SELECT kind,
                        (extract(epoch FROM ended_at - created_at) * 1000000)::bigint AS took
                    FROM sagas WHERE ended_at >= $1) AS ended
                GROUP BY kind ORDER BY kind
                """, [.timestamp(from)]),
            // Ids begin with the time in milliseconds.
            PostgresStatement(
                "SELECT count(*) FROM sagas WHERE id >= $1 AND created_at >= $2",
                [.uuid(.first(at: from)), .timestamp(from)]),
            PostgresStatement(
                "SELECT count(*) FROM sagas WHERE claimable_at <= now()", []),
            PostgresStatement(
                """
                SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.ended_at IS NULL
                ORDER BY s.id LIMIT 1
                """, []),
            PostgresStatement(
                """
                SELECT currency, sum(amount)::bigint, count(*) FROM sagas
                WHERE ended_at IS NULL AND currency IS NOT NULL
                GROUP BY currency ORDER BY currency
                """, []),
        ]
    }
}

extension UUID128 {
    /// At or before every id that was made then, give or take the second between an id and its row.
    fileprivate static func first(at moment: Timestamp) -> UUID128 {
        let milliseconds = max(0, moment.microseconds / 1_000 - 1_000)
        return UUID128(high: UInt64(milliseconds) << 16, low: 0)
    }
}
