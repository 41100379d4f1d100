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
        let subject = try SagaSubject(record, input: input)
        self.init(
            id: record.id.description, kind: saga.definition.kind,
            definitionVersion: Int64(saga.definition.version),
            status: SagaV1.SagaStatus(saga.status), paymentID: input.paymentID,
            refundID: input.refundID, merchantID: subject.merchantID,
            steps: saga.steps.indices.map { SagaV1.Step(record, $0) },
            failure: saga.failure.map { SagaV1.Failure($0) }, attention: saga.attention ?? "",
            epoch: saga.epoch, createdAtUs: record.createdAt.microseconds,
            updatedAtUs: record.updatedAt.microseconds,
            endedAtUs: record.endedAt?.microseconds ?? 0,
            deadlineUs: record.deadline.microseconds, amount: subject.amount,
            currentStep: saga.currentStep)
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
