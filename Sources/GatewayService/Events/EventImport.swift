internal import Identifiers
internal import Messages
internal import Postgres

/// Takes a service's changes into the gateway's own database. One gateway at a time does it for
/// each service.
struct EventImport: Sendable {
    /// What came of some batches.
    struct Taken: Hashable, Sendable {
        /// Events that were new.
        var events = 0
        /// Batches that could not be read.
        var unreadable = 0

        static func += (sum: inout Taken, other: Taken) {
            sum.events += other.events
            sum.unreadable += other.unreadable
        }
    }

    let database: PostgresPool
    let source: EventSource

    var turn: Turn { Turn(database: self.database, name: self.source.name) }
    private var aside: UnreadableChanges {
        UnreadableChanges(database: self.database, source: self.source.name)
    }

    /// Writes the events of all changes that merchants with an account are told of. What was
    /// written before is not written again; what cannot be read is set aside.
    ///
    /// - Throws: ``TurnLost``
    func take(_ batches: [OutboxV1.Batch], epoch: Int64) async throws -> Taken {
        let read = self.read(batches)
        let events = try await self.events(of: read.changes)
        return try await self.database.withTransaction { transaction in
            try await self.turn.check(epoch, in: transaction)
            try self.aside.keep(read.unreadable, in: transaction)
            let count = try await EventJournal.write(events, in: transaction)
            return Taken(events: count, unreadable: read.unreadable.count)
        }
    }

    /// Reads again what was set aside; what can be read now is forgotten there.
    ///
    /// - Throws: ``TurnLost``
    func takeSetAside(epoch: Int64) async throws -> Taken {
        var sum = Taken()
        var batches = try await self.aside.batches(after: [])
        while let last = batches.last {
            sum += try await self.takeAgain(batches, epoch: epoch)
            batches = try await self.aside.batches(after: last.id)
        }
        return sum
    }

    private func takeAgain(_ batches: [OutboxV1.Batch], epoch: Int64) async throws -> Taken {
        let read = self.read(batches)
        let unread = Set(read.unreadable.map(\.batch.id))
        let events = try await self.events(of: read.changes)
        return try await self.database.withTransaction { transaction in
            try await self.turn.check(epoch, in: transaction)
            try self.aside.forget(
                batches.map(\.id).filter { !unread.contains($0) }, in: transaction)
            let count = try await EventJournal.write(events, in: transaction)
            return Taken(events: count, unreadable: unread.count)
        }
    }

    private func read(
        _ batches: [OutboxV1.Batch]
    ) -> (changes: [SourceChange], unreadable: [UnreadableChanges.Entry]) {
        var changes: [SourceChange] = []
        var unreadable: [UnreadableChanges.Entry] = []
        for batch in batches {
            do {
                changes += try self.source.read(batch.changes)
            } catch {
                unreadable.append(.init(batch: batch, problem: String(reflecting: error)))
            }
        }
        return (changes, unreadable)
    }

    private func events(of changes: [SourceChange]) async throws -> [NewEvent] {
        let names = Set(changes.map { Merchant.parts(of: $0.merchantID).account })
        let found = try await GatewayStore(database: self.database).accounts(merchants: names)
        let accounts = Dictionary(uniqueKeysWithValues: found.map { ($0.merchantID, $0) })
        return changes.flatMap { change -> [NewEvent] in
            let (name, isLive) = Merchant.parts(of: change.merchantID)
            return accounts[name].map { change.events(Merchant(account: $0, isLive: isLive)) } ?? []
        }
    }
}
