internal import Identifiers
internal import Messages
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Wire

/// What a step sees of its saga.
struct StepContext: Sendable {
    let record: SagaRecord
    let step: StepDefinition
    let kind: CommonV1.OperationKind
    let input: SagaV1.SagaInput
    let participants: Participants
    let options: CallOptions

    /// The key of the participants' barrier.
    var operation: CommonV1.OperationContext { operation(of: step.name, kind) }

    func operation(
        of step: String, _ kind: CommonV1.OperationKind
    ) -> CommonV1.OperationContext {
        CommonV1.OperationContext(
            sagaID: record.id.description, step: step, kind: kind, epoch: record.saga.epoch)
    }

    /// What the participant answered to an earlier step; `nil` if that is not recorded.
    ///
    /// - Throws: ``WireError`` if what is recorded is no such message.
    func answer<Answer: Message>(
        of name: String, as type: Answer.Type
    ) throws(WireError) -> Answer? {
        guard let index = record.saga.definition.steps.firstIndex(where: { $0.name == name }),
            !record.notes[index].answer.isEmpty
        else { return nil }
        return try Answer(decoding: record.notes[index].answer)
    }
}

/// Something that can only be wrong if a participant or an earlier version broke its contract.
/// The step is tried again, and in the end an operator looks.
struct BrokenContract: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
