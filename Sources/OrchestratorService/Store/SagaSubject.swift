internal import Messages
internal import SagaCore
internal import SagaEngine
internal import Wire

/// Whose money a saga moves and how much of it: known from the start, or once its first step has
/// answered.
struct SagaSubject: Hashable, Sendable {
    /// Empty while it is not known.
    let merchantID: String
    let amount: CommonV1.Money?

    /// - Throws: ``WireError`` for an input or an answer that this version cannot read.
    init(_ record: SagaRecord) throws(WireError) {
        try self.init(record, input: SagaV1.SagaInput(decoding: record.input))
    }

    init(_ record: SagaRecord, input: SagaV1.SagaInput) throws(WireError) {
        guard input.merchantID.isEmpty || input.amount == nil,
            let answer = record.notes.first?.answer, !answer.isEmpty
        else {
            self.merchantID = input.merchantID
            self.amount = input.amount
            return
        }
        if record.saga.definition.steps.first?.name == "reserve" {
            let reserved = try PaymentV1.ReserveRefundResponse(decoding: answer)
            self.merchantID = input.merchantID.isEmpty ? reserved.merchantID : input.merchantID
            self.amount = input.amount ?? reserved.amount
        } else {
            let payment = try PaymentV1.BeginAttemptResponse(decoding: answer).payment
            self.merchantID =
                input.merchantID.isEmpty ? payment?.merchantID ?? "" : input.merchantID
            self.amount = input.amount ?? payment?.amount
        }
    }
}
