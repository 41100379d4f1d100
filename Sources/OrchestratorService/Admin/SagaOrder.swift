internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine

/// An operator's order to one saga.
struct SagaOrder: Sendable {
    let saga: SagaID
    let action: SagaV1.OperatorAction
    let event: Event
    let `operator`: String
    let detail: String
    var request: OperatorRequestID?
}

extension SagaAdmin {
    /// Takes the saga over from whoever drives it, gives it the order, and stores what came of it,
    /// its history and the operators' log in one transaction.
    ///
    /// The epoch rises as by any claim, so that whoever drove it writes no more; what it had done
    /// and not stored is repeated or undone, as after a crash.
    ///
    /// - Parameters:
    ///   - check: Of the saga's row as it is locked; an error keeps everything as it was.
    /// - Throws: NOT_FOUND; FAILED_PRECONDITION (`saga_unexpected_state`).
    func carryOut(
        _ order: SagaOrder, in transaction: PostgresTransaction,
        check: @Sendable (LockedSaga) throws -> Void = { _ in }
    ) async throws -> SagaRecord {
        let now = clock.now()
        let locked = try await LockedSaga.find(order.saga, flows, in: transaction)
        try check(locked)
        var record = locked.record
        let before = record.saga.status
        _ = try record.saga.receive(.claimed(epoch: record.saga.epoch + 1))
        let transition = try record.saga.receive(order.event)
        guard transition.durability != .unchanged else {
            throw RPCError.unexpectedState(of: locked.record, for: order.action)
        }
        record.updatedAt = now
        if record.saga.status.isFinal { record.endedAt = now }
        var log = [order.event.logEntry(of: record.saga.definition, at: now)]
        if record.saga.status != before { log.append(record.saga.statusEntry(at: now)) }
        try await locked.store(record, log, in: transaction)
        let line = OperatorLine(
            operator: order.operator, action: order.action, outcome: .done, saga: order.saga,
            request: order.request, detail: order.detail)
        try await OperatorLog.append(line, at: now, in: transaction)
        return record
    }

    /// The same as a transaction of its own.
    func carryOut(
        _ order: SagaOrder, check: @escaping @Sendable (LockedSaga) throws -> Void = { _ in }
    ) async throws -> SagaRecord {
        try await database.withTransaction { transaction in
            try await self.carryOut(order, in: transaction, check: check)
        }
    }

    /// An order that the request's caller gives.
    func order(
        _ action: SagaV1.OperatorAction, _ event: Event, to saga: String, because reason: String,
        context: CallContext
    ) throws(RPCError) -> SagaOrder {
        SagaOrder(
            saga: try Validation.sagaID(saga), action: action, event: event,
            operator: context.operator.text, detail: try Validation.orderReason(reason))
    }
}

extension RPCError {
    /// A saga whose state does not allow what an operator wants.
    static func unexpectedState(
        of record: SagaRecord, for action: SagaV1.OperatorAction
    ) -> RPCError {
        let status = SagaV1.SagaStatus(record.saga.status)
        let verb =
            switch action {
            case .pause: "pause"
            case .resume: "resume"
            case .retry: "retry"
            case .compensate: "compensate"
            case .stop: "stop"
            case .resolve: "resolve"
            default: "do"
            }
        return .failedPrecondition(
            .sagaUnexpectedState, "The saga is \(status): there is nothing to \(verb).",
            metadata: ["status": "\(status)"])
    }
}
