internal import Identifiers
internal import Messages
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Stubs
internal import TLS
internal import Wire

/// Starts sagas and answers when they end. One file for each method.
struct FrontDoor: OrchestratorServiceHandler {
    let engine: Engine<PostgresSagaStore>
    let flows: FlowBook
    let participants: Participants
    let settings: OrchestratorSettings
    let clock: any WallClock
    let identifiers: any IdentifierSource

    /// A saga that a caller asks for.
    struct Order {
        let flow: SagaFlow
        let input: SagaV1.SagaInput
        let idempotencyKey: String
        let requestHash: [UInt8]
        let paymentID: PaymentID
        var refundID: RefundID?
    }

    /// Starts the saga, or joins the one that the key names, and waits for its end.
    ///
    /// - Returns: The saga as it stands after that, or when the patience has run out.
    /// - Throws: ``RPCError``: the refusal of the first step if the saga never began, and
    ///   ALREADY_EXISTS (`idempotency_error`) for a key that was used for something else.
    func place(_ order: Order, patience: Duration) async throws -> SagaRecord {
        let now = clock.now()
        let record = SagaRecord(
            id: identifiers.next(SagaKind.self), saga: Saga(order.flow.definition),
            input: order.input.encoded(), createdAt: now, deadline: now + settings.sagaDeadline)
        let start = SagaStart(
            idempotencyKey: order.idempotencyKey, requestHash: order.requestHash,
            paymentID: order.paymentID, refundID: order.refundID)
        do {
            switch try await engine.run(record, start, patience: patience) {
            case .ended(let record), .running(let record): return record
            case .neverBegan(let refusal): throw refusal
            case .missing:
                throw RPCError.unavailable("The first call with this key was refused; try again.")
            }
        } catch let error as SagaStoreError {
            throw RPCError(error)
        }
    }

    /// The payment as it stands, for the answer.
    func payment(_ id: String, in record: SagaRecord) async throws -> PaymentV1.Payment? {
        if record.saga.status == .succeeded, let ended = try record.endedPayment { return ended }
        return try await participants.payment.getPayment(
            PaymentV1.GetPaymentRequest(paymentID: id)
        ).payment
    }
}

extension SagaRecord {
    /// The payment as the step that ended the saga's work on it answered.
    fileprivate var endedPayment: PaymentV1.Payment? {
        get throws(WireError) {
            for (step, note) in zip(saga.definition.steps, notes) where !note.answer.isEmpty {
                switch step.name {
                case "capture":
                    return try PaymentV1.PurchaseResponse(decoding: note.answer).payment
                case "cancel":
                    return try PaymentV1.CancelResponse(decoding: note.answer).payment
                default: break
                }
            }
            return nil
        }
    }

    /// What the last step's participant answered, if the saga succeeded.
    func lastAnswer<Answer: Message>(as type: Answer.Type) throws(WireError) -> Answer? {
        guard saga.status == .succeeded, let answer = notes.last?.answer, !answer.isEmpty else {
            return nil
        }
        return try Answer(decoding: answer)
    }
}

extension CallContext {
    /// How long a handler may wait: until shortly before the caller stops waiting.
    var patience: Duration {
        let left = deadline?.remaining() ?? .seconds(30)
        return max(.zero, left - min(.milliseconds(500), left / 4))
    }
}

extension RPCError {
    init(_ error: SagaStoreError) {
        switch error {
        case .fenced:
            self = .unavailable("Another orchestrator took the saga over; try again.")
        case .unavailable:
            self = .unavailable(
                "The database does not answer; try again.", reason: .databaseUnavailable)
        }
    }
}

/// A hash of a call's method and content.
func requestHash(_ method: String, _ content: any Message) -> [UInt8] {
    sha256(Array(method.utf8) + [0] + content.encoded())
}
