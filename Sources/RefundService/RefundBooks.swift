internal import AcquirerConnector
internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import Postgres
internal import RPC
internal import RefundCore
internal import ServiceKit
internal import Wire

/// The refunds and attempts that a batch of operations works on.
struct RefundBooks: AttemptBooks {
    /// What one operation reads or changes.
    struct Needs: AttemptNeeds {
        var refund: RefundID?
        /// Of attempts at the acquirer.
        var references: [String] = []

        init(refund: RefundID? = nil, references: [String] = []) {
            self.refund = refund
            self.references = references
        }

        init(references: [String]) { self.init(refund: nil, references: references) }
    }

    var attempts: AttemptBook
    private var refunds: [RefundID: RefundStore.Stored] = [:]
    private var created: [RefundID] = []
    private var changed: Set<RefundID> = []
    /// Those whose metadata has changed too.
    private var renoted: Set<RefundID> = []
    private var changes: [Change] = []

    /// What happened to a refund at once, and how it stood then.
    private struct Change {
        let refund: Refund
        /// As it stood before, where that is to be told.
        var previous: Refund?
        /// Of the first event.
        let sequence: Int64
        let events: [RefundEvent]
    }

    /// - Throws: `NOT_FOUND`
    func refund(_ id: RefundID) throws(RPCError) -> Refund {
        guard let stored = self.refunds[id] else { throw .refundMissing }
        return stored.refund
    }

    /// Adds a refund with its first event.
    ///
    /// - Returns: Whether its id was free.
    mutating func create(_ refund: Refund) -> Bool {
        guard self.refunds[refund.id] == nil else { return false }
        self.refunds[refund.id] = RefundStore.Stored(refund: refund, lastEvent: 1)
        self.created.append(refund.id)
        self.changes.append(Change(refund: refund, sequence: 1, events: [.created]))
        return true
    }

    /// Changes a refund and notes the events of the change.
    ///
    /// - Returns: The refund as it then stands.
    /// - Throws: `NOT_FOUND`; the refusal of the change.
    mutating func change(
        _ id: RefundID, withMetadata: Bool = false,
        _ change: (inout Refund) throws(RefundError) -> [RefundEvent]
    ) throws(RPCError) -> Refund {
        guard var stored = self.refunds[id] else { throw .refundMissing }
        let events: [RefundEvent]
        do {
            events = try change(&stored.refund)
        } catch {
            throw RPCError(error)
        }
        guard !events.isEmpty else { return stored.refund }
        self.changes.append(
            Change(
                refund: stored.refund,
                previous: events.contains(.updated) ? self.refunds[id]?.refund : nil,
                sequence: stored.lastEvent + 1, events: events))
        stored.lastEvent += Int64(events.count)
        self.refunds[id] = stored
        self.changed.insert(id)
        if withMetadata { self.renoted.insert(id) }
        return stored.refund
    }
}

// MARK: - Loading

extension RefundBooks {
    static func queries(for needs: [Needs]) -> [PostgresStatement?] {
        [
            PostgresStatement(
                """
                SELECT \(RefundStore.columns) FROM refund WHERE id = ANY($1::uuid[])
                ORDER BY id FOR UPDATE
                """, [.uuidArray(Set(needs.compactMap(\.refund?.uuid)).sorted())]),
            AttemptBook.query(for: needs.flatMap(\.references)),
        ]
    }

    init(_ results: [PostgresResult]) throws {
        self.attempts = try AttemptBook(results[1])
        for row in results[0].rows {
            let stored = try RefundStore.Stored(row)
            self.refunds[stored.refund.id] = stored
        }
    }
}

// MARK: - Undoing

extension RefundBooks {
    /// What is restored when an operation is refused.
    struct Mark {
        fileprivate let needs: Needs
        fileprivate let refund: RefundStore.Stored?
        fileprivate let wasChanged: Bool
        fileprivate let attempts: AttemptBook.Mark
        fileprivate let created: Int
        fileprivate let changes: Int
    }

    func mark(_ needs: Needs) -> Mark {
        Mark(
            needs: needs, refund: needs.refund.flatMap { self.refunds[$0] },
            wasChanged: needs.refund.map { self.changed.contains($0) } ?? false,
            attempts: self.attempts.mark(needs.references), created: self.created.count,
            changes: self.changes.count)
    }

    mutating func rollBack(to mark: Mark) {
        if let id = mark.needs.refund {
            self.refunds[id] = mark.refund
            if !mark.wasChanged { self.changed.remove(id) }
        }
        self.attempts.rollBack(to: mark.attempts)
        self.created.removeSubrange(mark.created...)
        self.changes.removeSubrange(mark.changes...)
    }
}

// MARK: - Writing

extension RefundBooks {
    var statements: [PostgresStatement] {
        var statements = self.created.compactMap { self.refunds[$0].map(\.insertion) }
        var changed = RowBatch([
            .init("id", .uuid), .init("status", .text), .init("failure_reason", .text),
            .init("updated_at", .timestamp), .init("events", .int64),
        ])
        let created = Set(self.created)
        for id in self.changed.sorted(by: { $0.uuid < $1.uuid }) where !created.contains(id) {
            guard let stored = self.refunds[id] else { continue }
            changed.append([
                .uuid(id.uuid), .text(stored.refund.status.rawValue),
                .text(stored.refund.failureReason), .timestamp(stored.refund.updatedAt),
                .int64(stored.lastEvent),
            ])
        }
        if !changed.isEmpty { statements.append(changed.update(of: "refund")) }
        statements += self.renoted.compactMap { self.refunds[$0]?.metadataUpdate }
        statements += self.attempts.statements
        if !self.changes.isEmpty { statements.append(self.eventStatement) }
        return statements
    }

    private var eventStatement: PostgresStatement {
        var batch = RowBatch([
            .init("refund_id", .uuid), .init("sequence", .int64), .init("type", .text),
            .init("created_at", .timestamp),
        ])
        for change in self.changes {
            for (offset, event) in change.events.enumerated() {
                batch.append([
                    .uuid(change.refund.id.uuid), .int64(change.sequence + Int64(offset)),
                    .text(event.rawValue), .timestamp(change.refund.updatedAt),
                ])
            }
        }
        return batch.insertion(into: "refund_event")
    }

    var outbox: [OutboxChange] {
        self.changes.map { change in
            let message = RefundV1.RefundChange(
                refund: change.refund.wire, firstSequence: change.sequence,
                types: change.events.map(\.rawValue), previous: change.previous?.wire)
            return OutboxChange(
                subject: change.refund.id.uuid, sequence: change.sequence,
                at: change.refund.updatedAt,
                content: RefundV1.RefundChanges(changes: [message]).encoded())
        }
    }
}

extension RefundStore.Stored {
    fileprivate var metadataUpdate: PostgresStatement {
        let entries = self.refund.request.metadata.entries
        return PostgresStatement(
            "UPDATE refund SET metadata_keys = $2, metadata_values = $3 WHERE id = $1",
            [
                .uuid(self.refund.id.uuid), .textArray(entries.map(\.key)),
                .textArray(entries.map(\.value)),
            ])
    }

    /// One row at a time: arrays of metadata do not fit a column of rows.
    fileprivate var insertion: PostgresStatement {
        let refund = self.refund
        let request = refund.request
        return PostgresStatement(
            """
            INSERT INTO refund (\(RefundStore.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                .uuid(request.id.uuid), .uuid(request.sagaID.uuid), .uuid(request.paymentID.uuid),
                .uuid(request.chargeID.uuid), .text(request.merchantID),
                .int64(request.amount.minorUnits), .text(request.amount.currency.code),
                .int64(request.settlement.minorUnits), .text(request.settlement.currency.code),
                .optional(request.reason?.rawValue, PostgresValue.text),
                .textArray(request.metadata.entries.map(\.key)),
                .textArray(request.metadata.entries.map(\.value)), .timestamp(refund.createdAt),
                .text(refund.status.rawValue), .text(refund.failureReason),
                .timestamp(refund.updatedAt), .int64(self.lastEvent),
            ])
    }
}
