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
    var orders = 0

    init(_ saga: Saga) {
        self.saga = saga
        note()
    }

    /// Everything that could be reported next: likely, late, repeated and absurd.
    var events: [Event] {
        var events: [Event] = [.deadlinePassed, .waited]
        if resumes < 1 { events.append(.resumed) }
        if orders < 1 {
            events += [.paused, .retriedNow, .stopped, .compensationOrdered(reason: "wrong")]
            events += saga.steps.indices.map { .resolved($0) }
        }
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
            if !before.isFinal, !saga.snapshot.isBackward,
                saga.steps[saga.definition.pivot].status == .pending
            {
                next.possible.formUnion(0..<saga.definition.pivot)
            }
        case .resumed: next.resumes += 1
        case .paused, .retriedNow, .stopped, .resolved, .compensationOrdered:
            if next.saga != saga { next.orders += 1 }
        case .stepSucceeded(let step):
            if next.saga != saga { next.succeeded.insert(step) }
        case .compensated(let step):
            if next.saga != saga { next.undone.insert(step) }
        case .stepSkipped, .stepRefused, .stepUnknown, .stepInDoubt, .compensationUnknown,
            .compensationRefused, .deadlinePassed, .waited:
            break
        }
        next.note()
        return next
    }

    /// A cheap hash: the definition is the same in all.
    func hash(into hasher: inout Hasher) {
        for step in saga.steps {
            hasher.combine(step.status)
            hasher.combine(step.attempts)
            hasher.combine(step.compensationAttempts)
            hasher.combine(step.spent)
        }
        hasher.combine(saga.status)
        hasher.combine(saga.epoch)
        hasher.combine(resumes)
        hasher.combine(orders)
        hasher.combine(claims)
        hasher.combine(possible.count)
        hasher.combine(succeeded.count)
        hasher.combine(undone.count)
        hasher.combine(saga.failure?.code)
        if case .wait(let rest) = saga.command { hasher.combine(rest) }
    }

    private mutating func note() {
        if case .execute(let attempts) = saga.command { possible.formUnion(attempts.map(\.step)) }
    }
}

@Suite("All short histories of a saga")
struct HistoryTests {
    /// Every state that can be reached, by whatever is reported in whatever order, with one claim,
    /// one operator's order and one resumption at any point.
    private static func everyHistory(of steps: StepDefinition...) -> Set<History> {
        guard let plan = try? SagaDefinition(kind: "small", version: 1, steps: steps) else {
            return []
        }
        let start = History(Saga(plan))
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

    private static let histories = [
        everyHistory(of: .pivot("capture"), .retriable("post")),
        everyHistory(of: .compensatable("hold"), .pivot("authorize", inDoubt: 2)),
        everyHistory(of: .compensatable("authorize", inDoubt: 2), .pivot("capture", inDoubt: 2)),
        everyHistory(of: .quickly("begin"), .quickly("hold", inDoubt: 2), .pivot("capture")),
        everyHistory(
            of: .quickly("hold", inDoubt: 2), .quickly("open").alongside, .pivot("capture").hasty),
        everyHistory(
            of: .pivot("capture").hasty, .retriable("post").hasty,
            .retriable("tell").hasty.alongside),
    ]

    /// Expects that no history breaks a rule; tells the first that does.
    private func expectAll(
        _ rule: String, _ holds: (History) throws -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) rethrows {
        for histories in Self.histories {
            #expect(histories.count > 100, sourceLocation: sourceLocation)
            let broken = try histories.first { try !holds($0) }
            #expect(broken == nil, "\(rule)", sourceLocation: sourceLocation)
        }
    }

    @Test("Undoes only what may have been done, in reverse, and never what stands")
    func neverBoth() {
        expectAll("what is undone") { history in
            let saga = history.saga
            let pivotIsDone = history.succeeded.contains(saga.definition.pivot)
            switch saga.command {
            case .compensate(let step, _):
                return history.possible.contains(step) && !pivotIsDone
                    && !saga.steps.contains { $0.status == .inDoubt }
                    && history.undone.allSatisfy { $0 > step }
            case .execute, .finished(.succeeded):
                return history.undone.isEmpty
            case .finished(.compensated):
                return !pivotIsDone && history.succeeded.isSubset(of: history.undone)
            case .wait, .attention, .hold, .finished:
                return true
            }
        }
    }

    @Test("A stage is asked for as a whole, once the stages before it are done")
    func stagesInOrder() {
        expectAll("a stage") { history in
            let saga = history.saga
            guard case .execute(let attempts) = saga.command else { return true }
            let stage = saga.definition.stage(of: attempts[0].step)
            let isDone = { (step: Int) in
                [.succeeded, .skippedEmpty].contains(saga.steps[step].status)
            }
            let open = stage.filter {
                [.pending, .intentRecorded, .inDoubt].contains(saga.steps[$0].status)
            }
            let asked = attempts.map(\.step)
            let inDoubt = stage.filter { saga.steps[$0].status == .inDoubt }
            return (0..<stage.lowerBound).allSatisfy(isDone)
                && (saga.failure == nil ? asked == open : asked == inDoubt && !asked.isEmpty)
        }
    }

    @Test("Repeats agree: the same report again changes nothing")
    func repeatsAgree() {
        expectAll("a repeat") { history in
            history.events.allSatisfy { event in
                if case .claimed = event { return true }
                guard let once = history.after(event) else { return true }
                var twice = once.saga
                let again = try? twice.receive(event)
                return again?.command == once.saga.command && twice == once.saga
            }
        }
    }

    @Test("A final state accepts no change")
    func finalStays() {
        expectAll("the end") { history in
            guard history.saga.status.isFinal else { return true }
            return history.events.allSatisfy { event in
                if case .claimed = event { return true }
                return (history.after(event)?.saga ?? history.saga) == history.saga
            }
        }
    }

    @Test("Every state is among them, paused and stopped ones at every step")
    func reachesAll() {
        for histories in Self.histories {
            for status in [SagaStatus.paused, .stopped] {
                let steps = histories.filter { $0.saga.status == status }.flatMap { history in
                    history.saga.steps.indices.filter { history.possible.contains($0) }
                }
                #expect(Set(steps) == Set(histories[histories.startIndex].saga.steps.indices))
            }
        }
        let all = Self.histories.reduce(into: Set<SagaStatus>()) { all, histories in
            all.formUnion(histories.map(\.saga.status))
        }
        #expect(all == Set(SagaStatus.allCases))
    }

    @Test("A stopped saga names every effect that stands, and does nothing more")
    func stoppedTellsAll() {
        expectAll("a stop") { history in
            guard history.saga.status == .stopped else { return true }
            let named = Set(history.saga.remainingEffects.map(\.step))
            return history.saga.command == .finished(.stopped)
                && history.succeeded.subtracting(history.undone).isSubset(of: named)
        }
    }

    @Test("A paused saga asks for nothing until it is resumed, and goes on where it was")
    func pausedRests() throws {
        try expectAll("a pause") { history in
            guard history.saga.status == .paused else { return true }
            var resumed = history.saga
            _ = try resumed.receive(.resumed)
            return history.saga.command == .hold
                && resumed.snapshot.isBackward == history.saga.snapshot.isBackward
                && (resumed.status == .running || resumed.status == .compensating)
        }
    }

    @Test("No order turns a saga round that has stored its pivot's intent")
    func ordersRespectThePivot() {
        expectAll("an order to compensate") { history in
            let saga = history.saga
            guard saga.steps[saga.definition.pivot].status != .pending else { return true }
            var ordered = saga
            let transition = try? ordered.receive(.compensationOrdered(reason: "wrong"))
            return transition?.durability == .unchanged && ordered == saga
        }
    }

    @Test("What is stored leads to the same command, once rested")
    func snapshotsAgree() throws {
        try expectAll("a snapshot") { history in
            var rested = history.saga
            _ = try rested.receive(.waited)
            let stored = try Saga(rested.definition, from: history.saga.snapshot)
            return stored.command == rested.command && stored.snapshot == rested.snapshot
        }
    }

    @Test("In a world that recovers, every saga ends")
    func terminates() throws {
        try expectAll("termination") { history in
            var saga = history.saga
            var budget = 4 * saga.steps.count + 4
            while !saga.status.isFinal, budget > 0 {
                budget -= 1
                let next: Event =
                    switch saga.command {
                    case .execute(let attempts): .stepSucceeded(attempts[0].step)
                    case .compensate(let step, _): .compensated(step)
                    case .wait: .waited
                    case .attention, .hold: .resumed
                    case .finished: .waited
                    }
                _ = try saga.receive(next)
            }
            return saga.status.isFinal
        }
    }
}
