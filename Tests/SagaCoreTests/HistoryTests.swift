import SagaCore
import Testing

/// A saga together with what the world saw of it.
private struct History: Hashable {
    var saga: Saga
    /// Steps that may have been done: asked for here, or by whoever had the turn before.
    var possible: Set<Int> = []
    var succeeded: Set<Int> = []
    var undone: Set<Int> = []
    var claims = 0
    var resumes = 0

    init(_ saga: Saga) {
        self.saga = saga
        note()
    }

    /// Everything that could be reported next: likely, late, repeated and absurd.
    var events: [Event] {
        var events: [Event] = [.deadlinePassed, .waited]
        if resumes < 1 { events.append(.resumed) }
        if claims < 1 { events.append(.claimed(epoch: saga.epoch + 1)) }
        for step in saga.steps.indices {
            let attempt = saga.steps[step].attempts + 1
            let undoing = saga.steps[step].compensationAttempts + 1
            events += [
                .stepSucceeded(step), .stepSkipped(step), .stepRefused(step, .declined),
                .stepUnknown(step, attempt: attempt, error: "unavailable", random: .max),
                .stepInDoubt(step, attempt: attempt, random: .max), .compensated(step),
                .compensationUnknown(step, attempt: undoing, error: "unavailable", random: .max),
                .compensationRefused(step, error: "refused"),
            ]
        }
        return events
    }

    /// The history that the event leads to; `nil` if the saga does not accept it.
    func after(_ event: Event) -> History? {
        var next = self
        let before = saga.status
        guard (try? next.saga.receive(event)) != nil else { return nil }
        switch event {
        case .claimed:
            next.claims += 1
            if before == .running, saga.steps[saga.definition.pivot].status == .pending {
                next.possible.formUnion(0..<saga.definition.pivot)
            }
        case .resumed: next.resumes += 1
        case .stepSucceeded(let step):
            if next.saga != saga { next.succeeded.insert(step) }
        case .compensated(let step): next.undone.insert(step)
        case .stepSkipped, .stepRefused, .stepUnknown, .stepInDoubt, .compensationUnknown,
            .compensationRefused, .deadlinePassed, .waited:
            break
        }
        next.note()
        return next
    }

    private mutating func note() {
        if case .execute(let step, _) = saga.command { possible.insert(step) }
    }
}

@Suite("All short histories of a saga")
struct HistoryTests {
    /// Every state that can be reached, by whatever is reported in whatever order, with one claim
    /// and one operator's intervention at any point.
    private func everyHistory(_ definition: SagaDefinition) -> Set<History> {
        let start = History(Saga(definition))
        var seen: Set<History> = [start]
        var frontier = [start]
        while let history = frontier.popLast() {
            for event in history.events {
                guard let next = history.after(event), seen.insert(next).inserted else { continue }
                frontier.append(next)
            }
        }
        return seen
    }

    private static func definitions() throws -> [SagaDefinition] {
        let plans: [[StepDefinition]] = [
            [.pivot("capture"), .retriable("post")],
            [.compensatable("hold"), .pivot("authorize", inDoubt: 2)],
            [.compensatable("authorize", inDoubt: 2), .pivot("capture", inDoubt: 2)],
            [.compensatable("begin"), .compensatable("authorize", inDoubt: 2), .pivot("capture")],
        ]
        return try plans.map { try SagaDefinition(kind: "small", version: 1, steps: $0) }
    }

    @Test("Undoes only what may have been done, in reverse, and never what stands")
    func neverBoth() throws {
        for definition in try Self.definitions() {
            for history in everyHistory(definition) {
                let saga = history.saga
                switch saga.command {
                case .compensate(let step, _):
                    #expect(history.possible.contains(step), "\(saga)")
                    #expect(!history.succeeded.contains(definition.pivot), "\(saga)")
                    #expect(!saga.steps.contains { $0.status == .inDoubt }, "\(saga)")
                    #expect(history.undone.allSatisfy { $0 > step }, "\(saga)")
                case .execute:
                    #expect(history.undone.isEmpty, "\(saga)")
                case .finished(.succeeded):
                    #expect(history.undone.isEmpty, "\(saga)")
                case .finished(.compensated):
                    #expect(!history.succeeded.contains(definition.pivot), "\(saga)")
                    #expect(history.succeeded.isSubset(of: history.undone), "\(saga)")
                case .wait, .attention, .finished:
                    break
                }
            }
        }
    }

    @Test("Repeats agree: the same report again changes nothing")
    func repeatsAgree() throws {
        for definition in try Self.definitions() {
            for history in everyHistory(definition) {
                for event in history.events {
                    if case .compensationRefused = event { continue }
                    guard let once = history.after(event) else { continue }
                    if case .claimed = event { continue }
                    var twice = once.saga
                    #expect((try? twice.receive(event))?.command == once.saga.command, "\(event)")
                    #expect(twice == once.saga, "\(event)")
                }
            }
        }
    }

    @Test("A final state accepts no change")
    func finalStays() throws {
        for definition in try Self.definitions() {
            for history in everyHistory(definition) where history.saga.status.isFinal {
                for event in history.events {
                    if case .claimed = event { continue }
                    #expect((history.after(event)?.saga ?? history.saga) == history.saga)
                }
            }
        }
    }

    @Test("What is stored leads to the same command, once rested")
    func snapshotsAgree() throws {
        for definition in try Self.definitions() {
            for history in everyHistory(definition) {
                var rested = history.saga
                _ = try rested.receive(.waited)
                let stored = try Saga(definition, from: history.saga.snapshot)
                #expect(stored.command == rested.command)
                #expect(stored.snapshot == rested.snapshot)
            }
        }
    }

    @Test("In a world that recovers, every saga ends")
    func terminates() throws {
        for definition in try Self.definitions() {
            for history in everyHistory(definition) {
                var saga = history.saga
                var budget = 4 * definition.steps.count + 4
                while !saga.status.isFinal, budget > 0 {
                    budget -= 1
                    let next: Event =
                        switch saga.command {
                        case .execute(let step, _): .stepSucceeded(step)
                        case .compensate(let step, _): .compensated(step)
                        case .wait: .waited
                        case .attention: .resumed
                        case .finished: .waited
                        }
                    _ = try saga.receive(next)
                }
                #expect(saga.status.isFinal, "\(history.saga)")
            }
        }
    }
}
