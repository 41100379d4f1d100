internal import Identifiers
internal import Messages
internal import Postgres
internal import SagaCore
internal import SagaEngine
internal import Wire

/// How a saga's progress is stored: as the message `SagaProgress`.
extension SagaV1.SagaProgress {
    init(_ record: SagaRecord) {
        let snapshot = record.saga.snapshot
        self.init(
            steps: zip(snapshot.steps, record.notes).map { step, note in
                SagaV1.StepProgress(
                    status: SagaV1.StepStatus(step.status), attempts: Int64(step.attempts),
                    compensationAttempts: Int64(step.compensationAttempts),
                    spent: Int64(step.spent), lastError: step.lastError, answer: note.answer,
                    startedAtUs: note.startedAt?.microseconds ?? 0,
                    endedAtUs: note.endedAt?.microseconds ?? 0)
            },
            failure: snapshot.failure.map { SagaV1.Failure($0) },
            attention: snapshot.attention ?? "", isBackward: snapshot.isBackward)
    }

    /// The saga's state as it was stored.
    ///
    /// - Throws: ``SagaError/snapshotMismatch`` for what no saga can have stored.
    func snapshot(
        status: SagaV1.SagaStatus, epoch: Int64
    ) throws(SagaError) -> SagaSnapshot {
        var steps: [SagaCore.StepProgress] = []
        for step in self.steps {
            guard let status = SagaCore.StepStatus(step.status) else { throw .snapshotMismatch }
            steps.append(
                SagaCore.StepProgress(
                    status: status, attempts: Int(step.attempts),
                    compensationAttempts: Int(step.compensationAttempts), spent: Int(step.spent),
                    lastError: step.lastError))
        }
        guard let status = SagaCore.SagaStatus(status) else { throw .snapshotMismatch }
        return SagaSnapshot(
            status: status, epoch: epoch, steps: steps, failure: failure.map { Failure($0) },
            attention: attention.isEmpty ? nil : attention, isBackward: isBackward)
    }

    var notes: [StepNote] {
        steps.map { step in
            StepNote(
                answer: step.answer, startedAt: Timestamp(stored: step.startedAtUs),
                endedAt: Timestamp(stored: step.endedAtUs))
        }
    }
}

/// How what happened within one write is stored.
extension SagaV1.SagaEvents {
    init(_ log: some Sequence<SagaLogEntry>) {
        self.init(
            events: log.map { entry in
                SagaV1.SagaEvent(
                    atUs: entry.at.microseconds, step: entry.step, type: entry.type,
                    detail: entry.detail)
            })
    }
}

extension SagaV1.SagaEvent {
    /// The columns of `saga_events` that ``events(_:)`` reads, in its order.
    static let columns = "sequence, at, step, type, detail, followed_by"

    /// What a row of `saga_events` tells: one event, and those of the same write.
    ///
    /// - Throws: ``PostgresError``, ``WireError``.
    static func events(_ row: PostgresRow) throws -> [SagaV1.SagaEvent] {
        let first = SagaV1.SagaEvent(
            sequence: try row.int64(0), atUs: try row.timestamp(1).microseconds,
            step: try row.text(2), type: try row.text(3), detail: try row.text(4))
        guard let rest = try row.optionalBytes(5) else { return [first] }
        return try SagaV1.SagaEvents(decoding: rest).events.reduce(into: [first]) { events, event in
            var event = event
            event.sequence = first.sequence + Int64(events.count)
            events.append(event)
        }
    }
}

extension Timestamp {
    fileprivate init?(stored microseconds: Int64) {
        guard microseconds != 0 else { return nil }
        self.init(microseconds: microseconds)
    }
}

extension SagaV1.Failure {
    init(_ failure: Failure) {
        self.init(
            step: failure.step, code: failure.code, declineCode: failure.declineCode,
            message: failure.message)
    }
}

extension Failure {
    init(_ message: SagaV1.Failure) {
        self.init(
            step: message.step, code: message.code, declineCode: message.declineCode,
            message: message.message)
    }
}

extension SagaV1.SagaStatus {
    init(_ status: SagaCore.SagaStatus) {
        self =
            switch status {
            case .running: .running
            case .compensating: .compensating
            case .succeeded: .succeeded
            case .compensated: .compensated
            case .needsAttention: .needsAttention
            case .paused: .paused
            case .stopped: .stopped
            }
    }
}

extension SagaCore.SagaStatus {
    init?(_ status: SagaV1.SagaStatus) {
        guard let known = Self.allCases.first(where: { SagaV1.SagaStatus($0) == status }) else {
            return nil
        }
        self = known
    }
}

extension SagaV1.StepStatus {
    init(_ status: SagaCore.StepStatus) {
        self =
            switch status {
            case .pending: .pending
            case .intentRecorded: .intentRecorded
            case .inDoubt: .inDoubt
            case .succeeded: .succeeded
            case .failed: .failed
            case .compensating: .compensating
            case .compensated: .compensated
            case .skippedEmpty: .skippedEmpty
            case .compensationFailed: .compensationFailed
            }
    }
}

extension SagaCore.StepStatus {
    init?(_ status: SagaV1.StepStatus) {
        guard let known = Self.allCases.first(where: { SagaV1.StepStatus($0) == status }) else {
            return nil
        }
        self = known
    }
}

extension SagaV1.StepKind {
    init(_ kind: SagaCore.StepKind) {
        self =
            switch kind {
            case .compensatable: .compensatable
            case .pivot: .pivot
            case .retriable: .retriable
            }
    }
}
