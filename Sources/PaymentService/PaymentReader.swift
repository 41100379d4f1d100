internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

/// A payment with all that happened to it.
struct PaymentWithEvents: Sendable {
    let stored: PaymentStore.Stored
    var events: [PaymentV1.PaymentEvent] = []
}

/// Reads what many callers ask for together; of payments that have ended only their versions, as long
/// as those in memory are of the same.
struct PaymentReader: Sendable {
    let database: PostgresPool
    let ended = EndedPayments()
    let counters: CacheCounters

    /// - Returns: `NOT_FOUND` for what is not there.
    func read(_ ids: [PaymentID]) async throws -> [Result<PaymentWithEvents, any Error>] {
        var found = try await self.remembered(ids)
        let others = Set(ids).subtracting(found.keys)
        self.counters.count(ids.count - others.count, isHit: true)
        self.counters.count(others.count, isHit: false)
        for payment in try await self.stored(others) {
            found[payment.stored.payment.id] = payment
            self.ended.keep(payment)
        }
        return ids.map { id in
            found[id].map { .success($0) } ?? .failure(RPCError.paymentMissing)
        }
    }

    /// Those in memory that the database has in no later version.
    private func remembered(_ ids: [PaymentID]) async throws -> [PaymentID: PaymentWithEvents] {
        let known = self.ended.known(ids)
        guard let range = KeyRange(known.keys.map(\.uuid)) else { return [:] }
        let rows = try await self.database.query(
            "SELECT id, events FROM payment WHERE \(range.areIn("id"))", range.parameters)
        var current: [PaymentID: PaymentWithEvents] = [:]
        for row in rows {
            let id = PaymentID(uuid: try row.uuid(0))
            let version = try row.int64(1)
            guard let payment = known[id], payment.stored.lastEvent == version else { continue }
            current[id] = payment
        }
        return current
    }

    private func stored(_ ids: Set<PaymentID>) async throws -> [PaymentWithEvents] {
        guard let wanted = KeyRange(ids.map(\.uuid)) else { return [] }
        let results = try await self.database.pipeline([
            PostgresStatement(
                """
                SELECT \(PaymentRow.columns) FROM \(PaymentRow.source)
                WHERE \(wanted.areIn("p.id"))
                """, wanted.parameters),
            PostgresStatement(
                """
                SELECT sequence, type, created_at, payment_id FROM payment_event
                WHERE \(wanted.areIn("payment_id")) ORDER BY payment_id, sequence
                """, wanted.parameters),
        ])
        var found: [PaymentID: PaymentWithEvents] = [:]
        for row in results[0].rows {
            let stored = try PaymentRow.payment(row)
            found[stored.payment.id] = PaymentWithEvents(stored: stored)
        }
        for row in results[1].rows {
            found[PaymentID(uuid: try row.uuid(3))]?.events.append(
                PaymentV1.PaymentEvent(
                    sequence: try row.int64(0), type: try row.text(1),
                    createdAtUs: try row.timestamp(2).microseconds))
        }
        return Array(found.values)
    }
}
