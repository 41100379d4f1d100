internal import Postgres

/// The turn at a work that one gateway does at a time.
///
/// It has an epoch, which every transaction of the work checks: what a gateway that lost its turn
/// still writes is refused.
struct Turn: Sendable {
    let database: PostgresPool
    /// Of the work: "payment".
    let name: String

    private static let length = "interval '10 seconds'"

    /// Works for as long as `work` goes on, unless another gateway has the turn; after that it is
    /// free for whoever wants it.
    ///
    /// - Parameter work: Takes the epoch. It makes the turn last by ``check(_:in:)`` and
    ///   ``renew(_:)``.
    func hold(_ work: (Int64) async throws -> Void) async throws {
        guard let epoch = try await self.begin() else { return }
        do {
            try await work(epoch)
        } catch {
            await self.release(epoch)
            throw error
        }
        await self.release(epoch)
    }

    /// Begins a turn, unless another has one.
    ///
    /// - Returns: Its epoch.
    func begin() async throws -> Int64? {
        try await self.database.query(
            """
            INSERT INTO event_relay AS t (source, epoch, held_until)
            VALUES ($1, 1, now() + \(Self.length))
            ON CONFLICT (source) DO UPDATE
                SET epoch = t.epoch + 1, held_until = excluded.held_until
                WHERE t.held_until < now()
            RETURNING epoch
            """, [.text(self.name)]
        ).first?.int64(0)
    }

    /// Gives the turn to whoever wants it.
    func end(_ epoch: Int64) async throws {
        try await self.database.query(
            "UPDATE event_relay SET held_until = now() WHERE source = $1 AND epoch = $2",
            [.text(self.name), .int64(epoch)])
    }

    /// Makes the turn last.
    ///
    /// - Throws: ``TurnLost``
    func renew(_ epoch: Int64) async throws {
        try await self.database.withTransaction { transaction in
            try await self.check(epoch, in: transaction)
        }
    }

    /// Makes the turn last, with the transaction.
    ///
    /// - Throws: ``TurnLost``
    func check(_ epoch: Int64, in transaction: PostgresTransaction) async throws {
        let held = try await transaction.query(
            """
            UPDATE event_relay SET held_until = now() + \(Self.length)
            WHERE source = $1 AND epoch = $2 RETURNING epoch
            """, [.text(self.name), .int64(epoch)])
        guard !held.isEmpty else { throw TurnLost() }
    }

    /// In a task of its own, as this one may be cancelled.
    private func release(_ epoch: Int64) async {
        await Task { try? await self.end(epoch) }.value
    }
}

/// Another gateway has the turn.
struct TurnLost: Error {}
