import SagaCore
import Testing

@Suite("An operator's orders")
struct OperatorOrderTests {
    @Test("A pause uses no budget up, and holds whatever is reported meanwhile")
    func pause() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(
            .stepSucceeded(0), .stepUnknown(1, attempt: 1, error: "unavailable", random: 0))
        #expect(try saga.after(.paused) == .hold)
        #expect(try saga.after(.stepSucceeded(1)) == .hold, "too late to matter")
        #expect(try saga.after(.deadlinePassed) == .hold)
        #expect(try saga.after(.resumed) == .execute(step: 1, attempt: 2))
        #expect(saga.steps[1].spent == 1)
    }

    @Test("What was paused at some step may have gone further: undoing it undoes that too")
    func pausedAhead() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.claimed(epoch: 2), .paused, .claimed(epoch: 3))
        #expect(saga.remainingEffects.map(\.step) == [0, 1])
        let turn = try saga.after(.compensationOrdered(reason: "wrong"))
        #expect(turn == .compensate(step: 1, attempt: 1))
        #expect(try saga.after(.compensated(1)) == .compensate(step: 0, attempt: 1))
        #expect(try saga.after(.compensated(0)) == .finished(.compensated))
        #expect(saga.failure?.code == "ordered_by_operator")
    }

    @Test("In doubt, an order to compensate waits until the doubt is settled")
    func ordersPastDoubt() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepInDoubt(1, attempt: 1, random: 0))
        let order = Event.compensationOrdered(reason: "wrong")
        #expect(try saga.after(order) == .execute(step: 1, attempt: 2))
        #expect(try saga.receive(order).durability == .unchanged)
        #expect(try saga.after(.stepSucceeded(1)) == .compensate(step: 1, attempt: 1))
    }

    @Test("A doubt that used up its questions is asked again once it is resolved")
    func resolves() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(
            .stepSucceeded(0), .stepSucceeded(1), .stepInDoubt(2, attempt: 1, random: 0),
            .stepInDoubt(2, attempt: 2, random: 0))
        #expect(saga.status == .needsAttention)
        #expect(saga.stepInDoubt == 2)
        #expect(try saga.receive(.resolved(1)).durability == .unchanged, "that one is not")
        #expect(try saga.after(.resolved(2)) == .execute(step: 2, attempt: 3))
        #expect(throws: SagaError.unknownStep) { try saga.receive(.resolved(9)) }
        #expect(try saga.after(.stepSucceeded(2)) == .execute(step: 3, attempt: 1))
    }

    @Test("A stop keeps what was done, and marks what may have been")
    func stops() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepSucceeded(1), .stepSucceeded(2), .stopped)
        #expect(saga.command == .finished(.stopped))
        #expect(saga.steps.map(\.status) == [.succeeded, .succeeded, .succeeded, .inDoubt])
        #expect(saga.remainingEffects.map(\.certainty) == [.done, .done, .done, .possible])
        #expect(try saga.receive(.resumed).durability == .unchanged)
        let stored = try Saga(saga.definition, from: saga.snapshot)
        #expect(stored.status == .stopped)
        #expect(stored.currentStep == "")
    }

    @Test("Trying now gives the whole budget again")
    func retriesNow() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepUnknown(0, attempt: 1, error: "unavailable", random: .max))
        #expect(try saga.after(.retriedNow) == .execute(step: 0, attempt: 2))
        #expect(saga.steps[0].spent == 0)
    }
}
