import SagaCore
import Testing

@Suite("Saga")
struct SagaTests {
    @Test("Does its steps in order and succeeds")
    func succeeds() throws {
        var saga = Saga(try smallPayment())
        #expect(saga.command == .execute(step: 0, attempt: 1))
        #expect(try saga.after(.stepSucceeded(0)) == .execute(step: 1, attempt: 1))
        #expect(try saga.after(.stepSkipped(1)) == .execute(step: 2, attempt: 1))
        #expect(try saga.after(.stepSucceeded(2)) == .execute(step: 3, attempt: 1))
        #expect(try saga.after(.stepSucceeded(3)) == .finished(.succeeded))
        #expect(saga.steps.map(\.status) == [.succeeded, .skippedEmpty, .succeeded, .succeeded])
        #expect(saga.status == .succeeded)
    }

    @Test("Only decisions that cannot be taken back have to be stored first")
    func durability() throws {
        var saga = Saga(try smallPayment())
        #expect(try saga.receive(.stepSucceeded(0)).durability == .eventual)
        let doubt = Event.stepInDoubt(1, attempt: 1, random: 0)
        #expect(try saga.receive(doubt).durability == .required, "the mark of a doubt")
        #expect(try saga.receive(.waited).durability == .unchanged)
        #expect(try saga.receive(.stepSucceeded(1)).durability == .required, "the pivot's intent")
        #expect(saga.steps[2].status == .intentRecorded)
        #expect(try saga.receive(.stepSucceeded(2)).durability == .eventual)
        #expect(try saga.receive(.stepSucceeded(3)).durability == .required, "the end")
        #expect(try saga.receive(.stepSucceeded(3)).durability == .unchanged)
    }

    @Test("A refusal undoes what was done before it, last step first")
    func compensates() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepSucceeded(1))
        let refusal = Failure(step: "capture", code: "card_declined")
        let turn = try saga.receive(.stepRefused(2, refusal))
        #expect(turn.durability == .required)
        #expect(turn.command == .compensate(step: 1, attempt: 1))
        #expect(saga.failure == refusal)
        #expect(try saga.after(.compensated(1)) == .compensate(step: 0, attempt: 1))
        #expect(try saga.after(.compensated(0)) == .finished(.compensated))
        #expect(saga.steps.map(\.status) == [.compensated, .compensated, .failed, .pending])
    }

    @Test("A first step that is refused at once leaves nothing to undo")
    func refusedAtOnce() throws {
        var saga = Saga(try smallPayment())
        #expect(try saga.after(.stepRefused(0, .declined)) == .finished(.compensated))
        #expect(saga.steps.map(\.status) == [.failed, .pending, .pending, .pending])
    }

    @Test("A refusal after an attempt without answer is undone too: the attempt may yet arrive")
    func refusedAfterUnknown() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepUnknown(0, attempt: 1, error: "unavailable", random: 0), .waited)
        #expect(try saga.after(.stepRefused(0, .declined)) == .compensate(step: 0, attempt: 1))
    }

    @Test("Rests a share of the policy's delay between attempts, then tries again")
    func rests() throws {
        var saga = Saga(try smallPayment())
        let unknown = Event.stepUnknown(0, attempt: 1, error: "unavailable", random: 1 << 63)
        #expect(try saga.after(unknown) == .wait(.milliseconds(500)))
        #expect(try saga.after(unknown) == .wait(.milliseconds(500)), "a repeat counts once")
        #expect(try saga.after(.waited) == .execute(step: 0, attempt: 2))
    }

    @Test("Before the pivot exhausted attempts compensate, the uncertain step included")
    func exhaustedBeforePivot() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(
            .stepSucceeded(0), .stepUnknown(1, attempt: 1, error: "unavailable", random: 0), .waited
        )
        let last = Event.stepUnknown(1, attempt: 2, error: "unavailable", random: 0)
        #expect(try saga.after(last) == .compensate(step: 1, attempt: 1))
        #expect(saga.failure?.code == "unavailable")
    }

    @Test(
        "At and after the pivot exhausted attempts need an operator, who can resume",
        arguments: [2, 3])
    func exhaustedAfterPivot(step: Int) throws {
        var saga = Saga(try smallPayment())
        for done in 0..<step { try saga.walk(.stepSucceeded(done)) }
        try saga.walk(.stepUnknown(step, attempt: 1, error: "unavailable", random: 0), .waited)
        _ = try saga.receive(.stepUnknown(step, attempt: 2, error: "unavailable", random: 0))
        #expect(saga.status == .needsAttention)
        #expect(try saga.receive(.deadlinePassed).durability == .unchanged)
        #expect(try saga.after(.resumed) == .execute(step: step, attempt: 3))
        #expect(saga.status == .running)
    }

    @Test("A retriable step that is refused needs an operator")
    func retriableRefused() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepSucceeded(1), .stepSucceeded(2))
        let refusal = Failure(step: "post", code: "ledger_refused")
        #expect(
            try saga.after(.stepRefused(3, refusal))
                == .attention("post was refused: ledger_refused"))
    }

    @Test("A deadline before the pivot compensates; after it nothing changes")
    func deadline() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0))
        var late = saga
        #expect(try saga.after(.deadlinePassed) == .compensate(step: 1, attempt: 1))
        #expect(saga.failure?.code == "deadline_exceeded")
        try late.walk(.stepSucceeded(1))
        #expect(try late.after(.deadlinePassed) == .execute(step: 2, attempt: 1))
    }

    @Test("A deadline while in doubt waits for the answer, then undoes it")
    func deadlineInDoubt() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepInDoubt(1, attempt: 1, random: 1 << 63))
        let abort = try saga.receive(.deadlinePassed)
        #expect(abort.durability == .required)
        #expect(abort.command == .wait(.milliseconds(500)))
        #expect(try saga.receive(.deadlinePassed).durability == .unchanged)
        #expect(try saga.after(.waited) == .execute(step: 1, attempt: 2))
        #expect(try saga.after(.stepSucceeded(1)) == .compensate(step: 1, attempt: 1))
        #expect(saga.failure?.code == "deadline_exceeded")
    }

    @Test("Steps side by side are asked for together, and rest as long as the longest of them")
    func togetherInAStage() throws {
        var saga = Saga(try sideBySide())
        #expect(saga.command == .execute([.init(step: 0, attempt: 1), .init(step: 1, attempt: 1)]))
        let unknown = Event.stepUnknown(0, attempt: 1, error: "unavailable", random: 1 << 63)
        let doubt = Event.stepInDoubt(1, attempt: 1, random: 1 << 62)
        #expect(try saga.after(doubt) == .wait(.milliseconds(250)))
        #expect(try saga.after(unknown) == .wait(.milliseconds(500)))
        #expect(
            try saga.after(.waited)
                == .execute([.init(step: 0, attempt: 2), .init(step: 1, attempt: 2)]))
        #expect(try saga.after(.stepSucceeded(0)) == .execute(step: 1, attempt: 2))
        #expect(try saga.after(.stepSucceeded(1)) == .execute(step: 2, attempt: 1))
    }

    @Test("A refusal waits for the doubt beside it, and then undoes that too")
    func refusedBesideADoubt() throws {
        var saga = Saga(try sideBySide())
        try saga.walk(.stepInDoubt(1, attempt: 1, random: 0))
        let refusal = try saga.receive(.stepRefused(0, .declined))
        #expect(refusal.durability == .required && saga.status == .running)
        #expect(try saga.after(.waited) == .execute(step: 1, attempt: 2))
        #expect(try saga.after(.stepSucceeded(1)) == .compensate(step: 1, attempt: 1))
        #expect(try saga.after(.compensated(1)) == .finished(.compensated))
        #expect(saga.failure == .declined)
    }

    @Test("A refusal undoes what was asked for beside it and has not answered")
    func refusedBesideTheUnknown() throws {
        var saga = Saga(try sideBySide())
        try saga.walk(.stepUnknown(0, attempt: 1, error: "unavailable", random: 0))
        #expect(try saga.after(.stepRefused(1, .declined)) == .compensate(step: 0, attempt: 1))
        #expect(try saga.receive(.stepSucceeded(0)).durability == .unchanged, "too late to matter")
    }

    @Test("A doubt that is never settled needs an operator, and nothing is undone meanwhile")
    func doubtUnsettled() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepInDoubt(1, attempt: 1, random: 0), .waited)
        // The participant cannot be reached: still in doubt.
        _ = try saga.receive(.stepUnknown(1, attempt: 2, error: "unavailable", random: 0))
        #expect(saga.command == .attention("authorize has no certain answer: unavailable"))
        #expect(saga.steps[1].status == .inDoubt)
        try saga.walk(.resumed)
        #expect(try saga.after(.stepRefused(1, .declined)) == .compensate(step: 0, attempt: 1))
        #expect(saga.steps[1].status == .failed)
    }

    @Test("A compensation that fails is a state like any other, and can be resumed")
    func compensationFails() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0), .stepRefused(1, .declined))
        for attempt in 1...3 {
            try saga.walk(
                .compensationUnknown(0, attempt: attempt, error: "unavailable", random: 0), .waited)
        }
        #expect(saga.status == .needsAttention)
        #expect(saga.steps[0].status == .compensationFailed)
        #expect(try saga.after(.resumed) == .compensate(step: 0, attempt: 4))
        #expect(
            try saga.after(.compensationRefused(0, error: "ledger_refused"))
                == .attention("the compensation of hold was refused: ledger_refused"))
        #expect(try saga.after(.resumed) == .compensate(step: 0, attempt: 5))
        #expect(try saga.after(.compensated(0)) == .finished(.compensated))
    }

    @Test("Whoever claims it undoes also what its predecessor may have done unrecorded")
    func claimedThenDeadline() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.claimed(epoch: 2))
        #expect(saga.command == .execute(step: 0, attempt: 1))
        #expect(try saga.after(.deadlinePassed) == .compensate(step: 1, attempt: 1))
        #expect(throws: SagaError.staleEpoch) { try saga.receive(.claimed(epoch: 2)) }
    }

    /// Its predecessor may be awake still, and be granted the step after all and go on to the next.
    @Test("Whoever claims it undoes later steps too when one is refused")
    func claimedThenRefused() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.claimed(epoch: 2))
        #expect(try saga.after(.stepRefused(0, .declined)) == .compensate(step: 1, attempt: 1))
        #expect(try saga.after(.compensated(1)) == .compensate(step: 0, attempt: 1))
        #expect(try saga.after(.compensated(0)) == .finished(.compensated))
    }

    @Test("Refuses reports that cannot be true, and stays as it was")
    func contradictions() throws {
        var saga = Saga(try smallPayment())
        try saga.walk(.stepSucceeded(0))
        let before = saga
        #expect(throws: SagaError.unknownStep) { try saga.receive(.stepSucceeded(9)) }
        #expect(throws: SagaError.outOfOrder) { try saga.receive(.stepSucceeded(2)) }
        #expect(throws: SagaError.outOfOrder) { try saga.receive(.compensated(0)) }
        #expect(throws: SagaError.contradicted) { try saga.receive(.stepRefused(0, .declined)) }
        #expect(saga == before)
    }

    @Test("Refuses a snapshot that no saga of the definition can have left")
    func snapshotMismatch() throws {
        let definition = try smallPayment()
        var snapshot = Saga(definition).snapshot
        snapshot.status = .compensated
        #expect(throws: SagaError.snapshotMismatch) { try Saga(definition, from: snapshot) }
        snapshot = Saga(definition).snapshot
        snapshot.steps.removeLast()
        #expect(throws: SagaError.snapshotMismatch) { try Saga(definition, from: snapshot) }
    }
}
