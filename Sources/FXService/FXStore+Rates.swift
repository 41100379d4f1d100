internal import FXCore
internal import Identifiers
internal import Money
internal import Postgres

extension FXStore {
    /// Which version the rates are of: it rises with each import that adds one.
    func rateVersion() async throws -> Int64 {
        let rows = try await self.database.query("SELECT version FROM rate_version")
        guard let version = try rows.first?.int64(0) else {
            throw StoredValueError(column: "rate_version")
        }
        return version
    }

    /// The rates that hold on a day; see `Publication.last(of:onOrBefore:)` for the rule.
    func publication(onOrBefore day: CalendarDay) async throws -> Publication? {
        let rows = try await self.database.query(
            """
            SELECT source, published_on::text, currency, units_per_euro::text
            FROM rate
            JOIN (
                SELECT source, published_on FROM publication WHERE published_on <= $1::text::date
                ORDER BY (source = 'ecb') DESC, published_on DESC LIMIT 1
            ) AS chosen USING (source, published_on)
            """, [.text(day.description)])
        guard let first = rows.first else { return nil }
        guard let source = RateSource(rawValue: try first.text(0)),
            let published = CalendarDay(try first.text(1))
        else { throw StoredValueError(column: "publication") }
        var rates: [Currency: DecimalNumber] = [:]
        for row in rows {
            rates[try Currency.named(row.text(2))] = try DecimalNumber(parsing: row.text(3))
        }
        return try Publication(day: published, source: source, rates: rates)
    }

    /// How many rates the source's publication before that day has; none without one.
    func countOfRates(
        before day: CalendarDay, source: RateSource, in transaction: PostgresTransaction
    ) async throws -> Int {
        let rows = try await transaction.query(
            """
            SELECT count(*) FROM rate
            WHERE source = $1 AND published_on = (
                SELECT max(published_on) FROM publication
                WHERE source = $1 AND published_on < $2::text::date)
            """, [.text(source.rawValue), .text(day.description)])
        return try rows.first.map { Int(try $0.int64(0)) } ?? 0
    }

    /// Adds what is not there yet and leaves what is as it stands.
    ///
    /// - Returns: How many rates were added, and the first rate that is there with another value.
    func add(
        _ publications: [Publication], at now: Timestamp, in transaction: PostgresTransaction
    ) async throws -> (added: Int64, conflict: RateConflict?) {
        let columns = RateColumns(publications)
        try transaction.enqueue(
            """
            INSERT INTO publication (source, published_on, imported_at)
            SELECT source, published_on::date, $3
            FROM unnest($1::text[], $2::text[]) AS given (source, published_on)
            ON CONFLICT ON CONSTRAINT publication_pkey DO NOTHING
            """,
            [
                .textArray(publications.map(\.source.rawValue)),
                .textArray(publications.map(\.day.description)), .timestamp(now),
            ])
        let added = try await transaction.query(
            """
            WITH added AS (
                INSERT INTO rate (source, published_on, currency, units_per_euro)
                SELECT source, published_on::date, currency, units_per_euro::numeric
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
                    AS given (source, published_on, currency, units_per_euro)
                ON CONFLICT ON CONSTRAINT rate_pkey DO NOTHING
                RETURNING 1
            )
            SELECT count(*) FROM added
            """, columns.parameters)
        if try added.first?.int64(0) ?? 0 > 0 {
            try transaction.enqueue("UPDATE rate_version SET version = version + 1")
        }
        // A statement of its own: it sees what the one before left as it was.
        let conflicts = try await transaction.query(
            """
            SELECT published_on::text, currency, rate.units_per_euro::text
            FROM rate
            JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[])
                AS given (source, day, currency, new_units) USING (source, currency)
            WHERE published_on = given.day::date
                AND rate.units_per_euro <> given.new_units::numeric
            ORDER BY 1, 2 LIMIT 1
            """, columns.parameters)
        let conflict = try conflicts.first.map { row in
            RateConflict(
                day: try row.text(0), currency: try row.text(1), stored: try row.text(2))
        }
        return (try added.first?.int64(0) ?? 0, conflict)
    }
}

/// A rate that is there with another value.
struct RateConflict: Hashable {
    let day: String
    let currency: String
    let stored: String
}

/// A stored value that this version cannot read.
struct StoredValueError: Error {
    let column: String
}

/// Publications as the columns of one statement.
private struct RateColumns {
    private var sources: [String] = []
    private var days: [String] = []
    private var currencies: [String] = []
    private var units: [String] = []

    init(_ publications: [Publication]) {
        for publication in publications {
            for (currency, rate) in publication.rates {
                self.sources.append(publication.source.rawValue)
                self.days.append(publication.day.description)
                self.currencies.append(currency.code)
                self.units.append(rate.description)
            }
        }
    }

    var parameters: [PostgresValue] {
        [
            .textArray(self.sources), .textArray(self.days), .textArray(self.currencies),
            .textArray(self.units),
        ]
    }
}
