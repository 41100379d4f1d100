internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import ServiceKit

// The columns of each table in the order in which they are read here.

extension Account {
    static let columns = """
        a.id, a.name, a.currency, a.flags, a.created_us, a.debits_pending, a.debits_posted, \
        a.credits_pending, a.credits_posted
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.uuid(0), name: try row.text(1), currency: try row.text(2),
            flags: Flags(rawValue: UInt32(bitPattern: try row.int32(3))),
            balances: Balances(
                debitsPending: try row.int64(5), debitsPosted: try row.int64(6),
                creditsPending: try row.int64(7), creditsPosted: try row.int64(8)),
            createdAt: Timestamp(microseconds: try row.int64(4)))
    }
}

extension Transfer {
    static let columns = """
        t.id, t.debit_account_id, t.credit_account_id, t.amount, t.currency, t.pending_id, \
        t.flags, t.code, t.user_data, t.timeout_seconds, t.created_us
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.uuid(0), debitAccountID: try row.uuid(1),
            creditAccountID: try row.uuid(2), amount: try row.int64(3),
            currency: try row.text(4), pendingID: try row.optionalUUID(5) ?? .zero,
            flags: Flags(rawValue: UInt32(bitPattern: try row.int32(6))),
            code: UInt32(truncatingIfNeeded: try row.int64(7)),
            userData: try row.optionalUUID(8) ?? .zero,
            timeoutSeconds: UInt32(truncatingIfNeeded: try row.int64(9)),
            createdAt: Timestamp(microseconds: try row.int64(10)))
    }
}

extension PendingState {
    /// From the columns after ``Transfer/columns``; `nil` if the transfer is no pending one.
    init?(_ row: PostgresRow) throws(PostgresError) {
        guard let status = try row.optionalInt16(11).flatMap(Status.init(rawValue:)) else {
            return nil
        }
        self.init(
            status: status,
            expiresAt: try row.optionalInt64(12).map(Timestamp.init(microseconds:)))
    }
}

extension BarrierBook.Key {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            sagaID: try row.uuid(0), step: try row.text(1),
            kind: try Operation.Kind(stored: row.int16(2)))
    }
}

extension BarrierBook.Row {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            origin: try Operation.Kind(stored: row.int16(3)), epoch: try row.int64(4),
            requestHash: try row.optionalBytes(5), answer: try row.optionalBytes(6) ?? [])
    }
}
