internal import Identifiers
internal import Messages
internal import SagaCore
internal import SagaEngine
internal import Wire

/// A saga as callers see it.
extension SagaV1.Saga {
    /// - Throws: ``WireError`` for an input that this version cannot read.
    init(_ record: SagaRecord) throws(WireError) {
        let input = try SagaV1.SagaInput(decoding: record.input)
        let saga = record.saga
        self.init(
            id: record.id.description, kind: saga.definition.kind,
            definitionVersion: Int64(saga.definition.version),
            status: SagaV1.SagaStatus(saga.status), paymentID: input.paymentID,
            refundID: input.refundID, merchantID: try record.merchantID(input),
            steps: saga.steps.indices.map { SagaV1.Step(record, $0) },
            failure: saga.failure.map { SagaV1.Failure($0) }, attention: saga.attention ?? "",
            epoch: saga.epoch, createdAtUs: record.createdAt.microseconds,
            updatedAtUs: record.updatedAt.microseconds,
            endedAtUs: record.endedAt?.microseconds ?? 0,
            deadlineUs: record.deadline.microseconds)
    }
}

extension SagaV1.Step {
    fileprivate init(_ record: SagaRecord, _ index: Int) {
        let plan = record.saga.definition.steps[index]
        let step = record.saga.steps[index]
        let note = record.notes[index]
        // What ended without a certain answer is counted while it runs; a certain answer is one
        // attempt more.
        let isAnswered = !note.answer.isEmpty || step.status == .failed
        self.init(
            name: plan.name, kind: SagaV1.StepKind(plan.kind),
            status: SagaV1.StepStatus(step.status),
            attempts: Int64(step.attempts + (isAnswered ? 1 : 0)),
            compensationAttempts: Int64(
                step.compensationAttempts + (step.status == .compensated ? 1 : 0)),
            startedAtUs: note.startedAt?.microseconds ?? 0,
            endedAtUs: note.endedAt?.microseconds ?? 0, lastError: step.lastError)
    }
}

extension SagaRecord {
    /// Whose payment it is: known from the start, or from what the first step answered.
    fileprivate func merchantID(_ input: SagaV1.SagaInput) throws(WireError) -> String {
        guard input.merchantID.isEmpty, let answer = notes.first?.answer, !answer.isEmpty else {
            return input.merchantID
        }
        if saga.definition.steps.first?.name == "reserve" {
            return try PaymentV1.ReserveRefundResponse(decoding: answer).merchantID
        }
        return try PaymentV1.BeginAttemptResponse(decoding: answer).payment?.merchantID ?? ""
    }
}
