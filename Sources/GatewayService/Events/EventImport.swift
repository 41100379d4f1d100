internal import Identifiers
internal import Messages
internal import Postgres

/// Takes a service's changes into the gateway's own database.
///
/// One gateway at a time does it for each service. It has an epoch, which every transaction of it
/// checks: what a gateway that lost its turn still writes is refused.
struct EventImport: Sendable {
    let database: PostgresPool
    let source: EventSource

    private static let turn = "interval '10 seconds'"

    /// Begins a turn, unless another has one.
    ///
    /// - Returns: Its epoch.
    func begin() async throws -> Int64? {
        try await self.database.query(
            """
            INSERT INTO event_relay AS t (source, epoch, held_until)
            VALUES ($1, 1, now() + \(Self.turn))
            ON CONFLICT (source) DO UPDATE
                SET epoch = t.epoch + 1, held_until = excluded.held_until
                WHERE t.held_until < now()
            RETURNING epoch
            """, [.text(self.source.name)]
        ).first?.int64(0)
    }

    /// Gives the turn to whoever wants it.
    func end(_ epoch: Int64) async throws {
        try await self.database.query(
            "UPDATE event_relay SET held_until = now() WHERE source = $1 AND epoch = $2",
            [.text(self.source.name), .int64(epoch)])
    }

    /// Makes the turn last.
    ///
    /// - Throws: ``TurnLost``
    func renew(_ epoch: Int64) async throws {
        try await self.database.withTransaction { transaction in
            try await self.check(epoch, in: transaction)
        }
    }

    /// Writes the events of all changes that merchants with an account are told of. What was
    /// written before is not written again.
    ///
    /// - Returns: How many were new.
    /// - Throws: ``TurnLost``
    func take(_ batches: [OutboxV1.Batch], epoch: Int64) async throws -> Int {
        let changes = try batches.flatMap { try self.source.read($0.changes) }
        let accounts = try await self.accounts(of: changes)
        let events = changes.flatMap { change -> [NewEvent] in
            let (name, isLive) = Merchant.parts(of: change.merchantID)
            return accounts[name].map { change.events(Merchant(account: $0, isLive: isLive)) } ?? []
        }
        return try await self.database.withTransaction { transaction in
            try await self.check(epoch, in: transaction)
            return try await EventJournal.write(events, in: transaction)
        }
    }

    private func accounts(of changes: [SourceChange]) async throws -> [String: StoredAccount] {
        let names = Set(changes.map { Merchant.parts(of: $0.merchantID).account })
        let found = try await GatewayStore(database: self.database).accounts(merchants: names)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.merchantID, $0) })
    }

    private func check(_ epoch: Int64, in transaction: PostgresTransaction) async throws {
        let held = try await transaction.query(
            """
            UPDATE event_relay SET held_until = now() + \(Self.turn)
            WHERE source = $1 AND epoch = $2 RETURNING epoch
            """, [.text(self.source.name), .int64(epoch)])
        guard !held.isEmpty else { throw TurnLost() }
    }
}

/// Another gateway has the turn.
struct TurnLost: Error {}
