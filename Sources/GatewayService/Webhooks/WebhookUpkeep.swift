internal import CoreMetrics
internal import GatewayCore
internal import Identifiers
internal import Logging
internal import Postgres
internal import ServiceLifecycle

/// Looks after what is kept: gives up what was not taken in time, removes what is old, and measures
/// the backlog. Every gateway does; two at once do no harm.
struct WebhookUpkeep: Service {
    let database: PostgresPool
    let counters: WebhookCounters
    let giveUpAfter: Duration
    let keepEvents: Duration
    let clock: any WallClock
    let logger: Logger

    private static let interval = Duration.seconds(15)
    /// Rows of one statement.
    private static let portion: Int64 = 1_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.look()
                } catch {
                    if !Task.isCancelled {
                        self.logger.warning(
                            "old events not looked after",
                            metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    func look() async throws {
        try await self.measure()
        self.counters.countDead(try await self.whole(self.giveUp))
        _ = try await self.whole(self.removeOfDeleted)
        _ = try await self.whole(self.removeOld)
    }

    /// Does portions until there is nothing left.
    private func whole(_ portion: () async throws -> Int) async throws -> Int {
        var sum = 0
        while true {
            let count = try await portion()
            sum += count
            if count < Self.portion || Task.isCancelled { return sum }
        }
    }

    /// Counts no further than a hundred thousand: more is told as that many.
    private func measure() async throws {
        let row = try await self.database.query(
            """
            SELECT (SELECT count(*) FROM (
                    SELECT 1 FROM webhook_delivery WHERE state = 'pending' LIMIT 100000) AS p),
                (SELECT coalesce(extract(epoch FROM now() - min(d.due_at)), 0)::bigint
                FROM webhook_endpoint AS e CROSS JOIN LATERAL (
                    SELECT due_at FROM webhook_delivery
                    WHERE endpoint_id = e.id AND state = 'pending' AND due_at <= now()
                    ORDER BY due_at LIMIT 1) AS d
                WHERE e.state = 'enabled')
            """
        ).first
        self.counters.backlog.record(try row?.int64(0) ?? 0)
        self.counters.oldestDue.record(try row?.int64(1) ?? 0)
    }

    /// What was not even tried: its endpoint was left alone, or disabled, all the time.
    private func giveUp() async throws -> Int {
        try await self.change(
            """
            WITH late AS (
                SELECT d.account_id, d.livemode, d.sequence, d.endpoint_id
                FROM webhook_endpoint AS e CROSS JOIN LATERAL (
                    SELECT * FROM webhook_delivery
                    WHERE endpoint_id = e.id AND state = 'pending' AND due_at < $1
                    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
                ) AS d WHERE e.state <> 'deleted' LIMIT $2
            )
            UPDATE webhook_delivery AS d
            SET state = 'dead', problem = 'the endpoint took nothing in all that time'
            FROM late AS l WHERE d.account_id = l.account_id AND d.livemode = l.livemode
                AND d.sequence = l.sequence AND d.endpoint_id = l.endpoint_id
            """, before: self.giveUpAfter)
    }

    private func removeOfDeleted() async throws -> Int {
        try await self.change(
            """
            DELETE FROM webhook_delivery AS d USING (
                SELECT p.account_id, p.livemode, p.sequence, p.endpoint_id
                FROM webhook_endpoint AS e CROSS JOIN LATERAL (
                    SELECT * FROM webhook_delivery
                    WHERE endpoint_id = e.id AND state = 'pending' LIMIT $2
                ) AS p WHERE e.state = 'deleted' AND e.created_at < $1 LIMIT $2
            ) AS l
            WHERE d.account_id = l.account_id AND d.livemode = l.livemode
                AND d.sequence = l.sequence AND d.endpoint_id = l.endpoint_id
            """, before: .zero)
    }

    /// Events' ids begin with the time.
    private func removeOld() async throws -> Int {
        let limit = self.clock.now() - self.keepEvents
        let first = UUID128(high: UInt64(clamping: limit.microseconds / 1_000) << 16, low: 0)
        return try await self.database.pipeline([
            PostgresStatement(
                """
                WITH old AS (
                    SELECT account_id, livemode, sequence FROM event WHERE id < $1
                    ORDER BY id LIMIT $2
                ), gone AS (
                    DELETE FROM webhook_delivery AS d USING old AS o
                    WHERE d.account_id = o.account_id AND d.livemode = o.livemode
                        AND d.sequence = o.sequence
                )
                DELETE FROM event AS v USING old AS o
                WHERE v.account_id = o.account_id AND v.livemode = o.livemode
                    AND v.sequence = o.sequence
                """, [.uuid(first), .int64(Self.portion)])
        ]).first?.affectedRows ?? 0
    }

    private func change(_ sql: String, before age: Duration) async throws -> Int {
        let limit = self.clock.now() - age
        return try await self.database.pipeline([
            PostgresStatement(sql, [.timestamp(limit), .int64(Self.portion)])
        ]).first?.affectedRows ?? 0
    }
}
