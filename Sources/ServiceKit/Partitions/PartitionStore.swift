internal import Identifiers
package import Postgres

/// The parts of a database's tables, as its owner sees and changes them.
///
/// Nothing here takes a lock that readers or writers of the tables would wait for: parts are made
/// aside and then attached, and detached concurrently.
package struct PartitionStore: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// In the order in which they are detached.
    package func tables() async throws -> [PartitionedTable] {
        try await self.pool.query(
            """
            SELECT c.relname, t.typname FROM pg_partitioned_table AS p
            JOIN pg_class AS c ON c.oid = p.partrelid
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
            JOIN pg_type AS t ON t.oid = a.atttypid
            ORDER BY c.relname
            """
        ).map { row in
            PartitionedTable(
                name: try row.text(0),
                key: try row.text(1) == "uuid" ? .identifier : .paymentReference)
        }.sorted { ($0.turn, $0.name) < ($1.turn, $1.name) }
    }

    /// By time.
    package func parts(of table: PartitionedTable) async throws -> [Partition] {
        try await self.pool.query(
            """
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid), c.reltuples::bigint,
                pg_total_relation_size(c.oid), i.inhdetachpending
            FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
            WHERE i.inhparent = $1::text::regclass
            """, [.text(table.name)]
        ).map { row in
            let (begin, end) = table.key.span(try row.optionalText(1) ?? "")
            var part = Partition(
                table: table.name, name: try row.text(0), begin: begin, end: end)
            part.rows = try row.int64(2) < 0 ? nil : try row.int64(2)
            part.bytes = try row.int64(3)
            part.isHalfDetached = try row.bool(4)
            return part
        }.sorted { ($0.begin?.microseconds ?? .min) < ($1.begin?.microseconds ?? .min) }
    }
}

extension PartitionKey {
    /// Reads `FOR VALUES FROM ('…') TO ('…')`; what is no key is no end.
    fileprivate func span(_ bounds: String) -> (begin: Timestamp?, end: Timestamp?) {
        let parts = bounds.split(separator: ") TO (")
        func time(_ part: Substring?) -> Timestamp? {
            (part?.split(separator: "'", omittingEmptySubsequences: false)).flatMap { pieces in
                pieces.count == 3 ? self.time(of: String(pieces[1])) : nil
            }
        }
        return (time(parts.first), time(parts.count == 2 ? parts.last : nil))
    }

    /// The other way round.
    func bounds(of part: Partition) -> String {
        func bound(_ time: Timestamp?, _ none: String) -> String {
            time.map { "'\(self.first(at: $0))'" } ?? none
        }
        return """
            FOR VALUES FROM (\(bound(part.begin, "MINVALUE"))) TO (\(bound(part.end, "MAXVALUE")))
            """
    }
}

/// Why parts stay as they are.
package enum PartitionError: Error, Hashable, Sendable {
    /// Rows of times that have no part of their own have come already.
    case laterHasRows(part: String)
    /// Something is still to happen to rows of the part.
    case openRows(part: String, count: Int64)
}

extension PartitionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .laterHasRows(let part):
            "\(part) has rows already: parts are made before their time (docs/operating.md)"
        case .openRows(let part, let count):
            "\(count) rows of \(part) are not done with: nothing was detached"
        }
    }
}
