internal import Identifiers
internal import Messages
internal import Postgres

/// Takes a service's changes into the gateway's own database. One gateway at a time does it for
/// each service.
struct EventImport: Sendable {
    let database: PostgresPool
    let source: EventSource

    var turn: Turn { Turn(database: self.database, name: self.source.name) }

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
            try await self.turn.check(epoch, in: transaction)
            return try await EventJournal.write(events, in: transaction)
        }
    }

    private func accounts(of changes: [SourceChange]) async throws -> [String: StoredAccount] {
        let names = Set(changes.map { Merchant.parts(of: $0.merchantID).account })
        let found = try await GatewayStore(database: self.database).accounts(merchants: names)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.merchantID, $0) })
    }
}
