internal import AcquirerConnector
internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit
internal import Wire

/// The payments, attempts and reservations that a batch of operations works on.
struct PaymentBooks: AttemptBooks {
    /// What one operation reads or changes.
    struct Needs: AttemptNeeds {
        var payment: PaymentID?
        var reservation: RefundID?
        /// Of attempts at the acquirer.
        var references: [String] = []
        /// A new payment's key: what it made before must be known.
        var key: PaymentKey?

        init(
            payment: PaymentID? = nil, reservation: RefundID? = nil, references: [String] = [],
            key: PaymentKey? = nil
        ) {
            self.payment = payment
            self.reservation = reservation
            self.references = references
            self.key = key
        }

        init(references: [String]) {
            self.init(payment: nil, references: references)
        }
    }

    struct Reservation: Sendable {
        var value: RefundReservation
        let payment: PaymentID
        let charge: ChargeID
        var isStored: Bool
        var isChanged = false
    }

    private(set) var payments: [PaymentID: PaymentStore.Stored] = [:]
    /// As they are stored.
    private var originals: [PaymentID: PaymentStore.Stored] = [:]
    private var reservations: [RefundID: Reservation] = [:]
    var attempts: AttemptBook
    private var keys: [PaymentKey: KnownPayment] = [:]

    // In the order in which they were made.
    private var created: [NewPayment] = []
    private var changed: Set<PaymentID> = []
    private var redetailed: Set<PaymentID> = []
    private var freezes: [FreezeNote] = []
    private var changes: [Change] = []

    /// What happened to a payment at once, and how it stood then.
    private struct Change {
        let payment: Payment
        /// As it stood before, where that is to be told.
        var previous: Payment?
        /// Of the first event.
        let sequence: Int64
        let events: [PaymentEvent]
    }
}

// MARK: - Reading and changing

extension PaymentBooks {
    /// - Throws: `NOT_FOUND`
    func payment(_ id: PaymentID) throws(RPCError) -> Payment {
        guard let stored = self.payments[id] else { throw .paymentMissing }
        return stored.payment
    }

    /// Changes a payment and notes the events of the change.
    ///
    /// - Returns: The payment as it then stands.
    /// - Throws: `NOT_FOUND`; the refusal of the change.
    @discardableResult
    mutating func change(
        _ id: PaymentID, withDetails: Bool = false,
        _ change: (inout Payment) throws(PaymentError) -> [PaymentEvent]
    ) throws(RPCError) -> Payment {
        guard var stored = self.payments[id] else { throw .paymentMissing }
        do {
            let events = try change(&stored.payment)
            if !events.isEmpty {
                self.changes.append(
                    Change(
                        payment: stored.payment,
                        previous: events.contains(.updated) ? self.payments[id]?.payment : nil,
                        sequence: stored.lastEvent + 1, events: events))
            }
            stored.lastEvent += Int64(events.count)
        } catch {
            throw RPCError(error)
        }
        self.payments[id] = stored
        self.changed.insert(id)
        if withDetails { self.redetailed.insert(id) }
        return stored.payment
    }

    /// Adds a payment with its first event, unless the key was used before.
    ///
    /// - Returns: `nil` when it was added; otherwise what the key made before.
    mutating func create(
        _ payment: Payment, key: PaymentKey, requestHash: [UInt8]
    ) -> KnownPayment? {
        if let known = self.keys[key] { return known }
        self.keys[key] = KnownPayment(id: payment.id, requestHash: requestHash)
        self.payments[payment.id] = PaymentStore.Stored(payment: payment, lastEvent: 1)
        self.created.append(NewPayment(id: payment.id, key: key, requestHash: requestHash))
        self.changes.append(Change(payment: payment, sequence: 1, events: [.created]))
        return nil
    }

    /// The reservation of a refund of that payment.
    func reservation(_ refund: RefundID, of payment: PaymentID) -> RefundReservation? {
        guard let reservation = self.reservations[refund], reservation.payment == payment else {
            return nil
        }
        return reservation.value
    }

    /// - Returns: Whether the refund had none before.
    mutating func reserve(
        _ reservation: RefundReservation, of payment: PaymentID, charge: ChargeID
    ) -> Bool {
        guard self.reservations[reservation.refundID] == nil else { return false }
        self.reservations[reservation.refundID] = Reservation(
            value: reservation, payment: payment, charge: charge, isStored: false)
        return true
    }

    /// The payment must have been changed by it.
    mutating func noteFreeze(of id: PaymentID, because reason: String) {
        guard let stored = self.payments[id] else { return }
        self.freezes.append(
            FreezeNote(
                payment: id, sequence: stored.lastEvent,
                frozenReason: stored.payment.frozenReason, reason: reason,
                at: stored.payment.updatedAt))
    }

    mutating func save(_ reservation: RefundReservation) {
        self.reservations[reservation.refundID]?.value = reservation
        self.reservations[reservation.refundID]?.isChanged = true
    }
}

// MARK: - Loading

extension PaymentBooks {
    static func queries(for needs: [Needs]) -> [PostgresStatement?] {
        let payments = KeyRange(needs.compactMap(\.payment?.uuid))
        let reservations = KeyRange(needs.compactMap(\.reservation?.uuid))
        return [
            payments.map(self.lock), payments.map(self.read(payments:)),
            self.read(needs.compactMap(\.key)), reservations.map(self.read(reservations:)),
            AttemptBook.query(for: needs.flatMap(\.references)),
        ]
    }

    /// In one order, and read by a statement of its own, which sees what was committed while the
    /// lock was waited for.
    private static func lock(_ payments: KeyRange) -> PostgresStatement {
        PostgresStatement(
            "SELECT id FROM payment WHERE \(payments.areIn("id")) ORDER BY id FOR UPDATE",
            payments.parameters)
    }

    private static func read(payments: KeyRange) -> PostgresStatement {
        PostgresStatement(
            "SELECT \(PaymentRow.columns) FROM \(PaymentRow.source) WHERE \(payments.areIn("p.id"))",
            payments.parameters)
    }

    private static func read(_ keys: [PaymentKey]) -> PostgresStatement? {
        guard !keys.isEmpty else { return nil }
        return PostgresStatement(
            """
            SELECT \(PaymentRow.columns), k.digest, k.payment_id, k.request_hash
            -- Of a payment that was detached, the key is left.
            FROM payment_key AS k LEFT JOIN payment AS p ON p.id = k.payment_id
            \(PaymentRow.charge)
            WHERE k.digest = ANY($1::uuid[])
            """, [.uuidArray(keys.map(\.digest))])
    }

    private static func read(reservations: KeyRange) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT refund_id, saga_id, amount, share, state, payment_id, charge_id
            FROM refund_reservation WHERE \(reservations.areIn("refund_id"))
            """, reservations.parameters)
    }

    init(_ results: [PostgresResult]) throws {
        self.attempts = try AttemptBook(results[4])
        for row in results[1].rows { self.note(try PaymentRow.payment(row)) }
        for row in results[2].rows {
            let key = PaymentKey(digest: try row.uuid(PaymentRow.count))
            self.keys[key] = KnownPayment(
                id: PaymentID(uuid: try row.uuid(PaymentRow.count + 1)),
                requestHash: try row.bytes(PaymentRow.count + 2))
            if try row.optionalUUID(0) != nil { self.note(try PaymentRow.payment(row)) }
        }
        for row in results[3].rows {
            let value = RefundReservation(
                refundID: RefundID(uuid: try row.uuid(0)), sagaID: SagaID(uuid: try row.uuid(1)),
                amount: try row.int64(2), share: try row.int64(3),
                state: try row.choice(4, RefundReservation.State.self))
            self.reservations[value.refundID] = Reservation(
                value: value, payment: PaymentID(uuid: try row.uuid(5)),
                charge: ChargeID(uuid: try row.uuid(6)), isStored: true)
        }
    }

    private mutating func note(_ stored: PaymentStore.Stored) {
        self.payments[stored.payment.id] = stored
        self.originals[stored.payment.id] = stored
    }
}

// MARK: - Undoing

extension PaymentBooks {
    /// What is restored when an operation is refused.
    struct Mark {
        fileprivate let needs: Needs
        fileprivate let payment: PaymentStore.Stored?
        fileprivate let wasChanged: Bool
        fileprivate let reservation: Reservation?
        fileprivate let attempts: AttemptBook.Mark
        fileprivate let changes: Int
        fileprivate let freezes: Int
    }

    func mark(_ needs: Needs) -> Mark {
        Mark(
            needs: needs, payment: needs.payment.flatMap { self.payments[$0] },
            wasChanged: needs.payment.map { self.changed.contains($0) } ?? false,
            reservation: needs.reservation.flatMap { self.reservations[$0] },
            attempts: self.attempts.mark(needs.references), changes: self.changes.count,
            freezes: self.freezes.count)
    }

    /// A creation is refused before it adds anything.
    mutating func rollBack(to mark: Mark) {
        if let id = mark.needs.payment {
            self.payments[id] = mark.payment
            if !mark.wasChanged { self.changed.remove(id) }
        }
        if let id = mark.needs.reservation { self.reservations[id] = mark.reservation }
        self.attempts.rollBack(to: mark.attempts)
        self.changes.removeSubrange(mark.changes...)
        self.freezes.removeSubrange(mark.freezes...)
    }
}

// MARK: - Writing

extension PaymentBooks {
    var statements: [PostgresStatement] {
        var statements: [PostgresStatement] = []
        self.writeCreated(to: &statements)
        self.writeChanged(to: &statements)
        self.writeReservations(to: &statements)
        statements += self.attempts.statements + self.freezes.flatMap(\.statements)
        if !self.changes.isEmpty { statements.append(self.eventStatement) }
        return statements
    }

    /// A new payment has no charge. Those with metadata go one by one: arrays do not fit arrays.
    private func writeCreated(to statements: inout [PostgresStatement]) {
        var plain = RowBatch(PaymentRow.insertColumns)
        var keys = RowBatch([
            .init("digest", .uuid), .init("payment_id", .uuid), .init("request_hash", .bytes),
        ])
        for new in self.created {
            guard let payment = self.payments[new.id]?.payment else { continue }
            keys.append([.uuid(new.key.digest), .uuid(new.id.uuid), .bytes(new.requestHash)])
            let parameters = PaymentRow.parameters(payment)
            if payment.details.metadata.entries.isEmpty {
                plain.append(PaymentRow.withoutMetadata(parameters))
            } else {
                statements.append(PostgresStatement(PaymentRow.insert, parameters))
            }
        }
        if !keys.isEmpty { statements.append(keys.insertion(into: "payment_key")) }
        guard !plain.isEmpty else { return }
        statements.append(
            PostgresStatement(
                """
                INSERT INTO payment (\(plain.names), metadata_keys, metadata_values)
                SELECT \(plain.names), '{}', '{}' FROM \(plain.source)
                """, plain.parameters))
    }

    /// Of what was changed, only the rows that differ from what is stored.
    private func writeChanged(to statements: inout [PostgresStatement]) {
        var payments = RowBatch(PaymentRow.updateColumns)
        var newCharges = RowBatch(ChargeRow.columnTypes)
        var charges = RowBatch(ChargeRow.changeableTypes)
        for id in self.changed.sorted(by: { $0.uuid < $1.uuid }) {
            guard let stored = self.payments[id], let original = self.originals[id] else {
                continue
            }
            if self.redetailed.contains(id) {
                statements.append(PostgresStatement(PaymentRow.update, stored.changeable))
            } else if !stored.hasSameRow(as: original) {
                payments.append(PaymentRow.withoutMetadata(stored.changeable))
            }
            guard let charge = stored.payment.charge, charge != original.payment.charge else {
                continue
            }
            if charge.id == original.payment.charge?.id {
                charges.append(ChargeRow.changeable(charge))
            } else {
                newCharges.append(ChargeRow.parameters(charge, of: id))
            }
        }
        if !payments.isEmpty { statements.append(payments.update(of: "payment")) }
        if !newCharges.isEmpty { statements.append(newCharges.insertion(into: "charge")) }
        if !charges.isEmpty { statements.append(charges.update(of: "charge")) }
    }

    private func writeReservations(to statements: inout [PostgresStatement]) {
        var new = RowBatch([
            .init("refund_id", .uuid), .init("payment_id", .uuid), .init("charge_id", .uuid),
            .init("saga_id", .uuid), .init("amount", .int64), .init("share", .int64),
            .init("state", .text),
        ])
        var changed = RowBatch([.init("refund_id", .uuid), .init("state", .text)])
        for (id, reservation) in self.reservations {
            let value = reservation.value
            if !reservation.isStored {
                new.append([
                    .uuid(id.uuid), .uuid(reservation.payment.uuid),
                    .uuid(reservation.charge.uuid), .uuid(value.sagaID.uuid),
                    .int64(value.amount), .int64(value.share), .text(value.state.rawValue),
                ])
            } else if reservation.isChanged {
                changed.append([.uuid(id.uuid), .text(value.state.rawValue)])
            }
        }
        if !new.isEmpty { statements.append(new.insertion(into: "refund_reservation")) }
        if !changed.isEmpty { statements.append(changed.update(of: "refund_reservation")) }
    }

    private var eventStatement: PostgresStatement {
        var batch = RowBatch([
            .init("payment_id", .uuid), .init("sequence", .int64), .init("type", .text),
            .init("created_at", .timestamp),
        ])
        for change in self.changes {
            for (offset, event) in change.events.enumerated() {
                batch.append([
                    .uuid(change.payment.id.uuid), .int64(change.sequence + Int64(offset)),
                    .text(event.rawValue), .timestamp(change.payment.updatedAt),
                ])
            }
        }
        return batch.insertion(into: "payment_event")
    }

    var outbox: [OutboxChange] {
        self.changes.map { change in
            let message = PaymentV1.PaymentChange(
                payment: change.payment.wire, firstSequence: change.sequence,
                types: change.events.map(\.rawValue), previous: change.previous?.wire)
            return OutboxChange(
                subject: change.payment.id.uuid, sequence: change.sequence,
                at: change.payment.updatedAt,
                content: PaymentV1.PaymentChanges(changes: [message]).encoded())
        }
    }
}
