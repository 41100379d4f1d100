/// A table that is parted by time, and what of it must stay at hand.
package struct PartitionedTable: Hashable, Sendable {
    package let name: String
    package let key: PartitionKey

    /// Rows that something is still to happen to, as a condition; `nil`: all rows may go.
    ///
    /// Named in the order in which tables are detached: a row that others point to goes first, so
    /// that none that is left points to what is gone.
    static let openRows: [(table: String, condition: String?)] = [
        (
            "payment",
            """
            status IN ('processing', 'requires_capture') OR active_saga_id IS NOT NULL
            OR frozen_reason IS NOT NULL
            """
        ),
        ("charge", nil),
        ("refund_reservation", "state = 'reserved'"),
        ("acquirer_attempt", "state IN ('recorded', 'in_doubt', 'pending')"),
        (
            "journal",
            """
            id IN (SELECT id FROM pending_hold) OR at_us >
            (SELECT least(min(c.at_us), min(i.at_us)) FROM checkpoint AS c, journal_indexed AS i)
            """
        ),
    ]

    var openRows: String? {
        Self.openRows.first { $0.table == self.name }?.condition
    }

    /// Tables that nothing is said of come last.
    var turn: Int {
        Self.openRows.firstIndex { $0.table == self.name } ?? Self.openRows.count
    }
}
