internal import ConsoleCore
internal import Identifiers
internal import Messages

/// When a saga's steps were at work and when they were undone, on one time axis.
struct SagaPicture {
    private let saga: SagaV1.Saga
    private let events: [SagaV1.SagaEvent]
    private let now: Timestamp
    private let gantt: Gantt

    /// - Parameter events: What happened in it; without, what was undone is not told from what was
    ///   done before.
    init(_ saga: SagaV1.Saga, _ events: [SagaV1.SagaEvent] = [], now: Timestamp) {
        self.saga = saga
        self.events = events
        self.now = now
        self.gantt = Gantt(
            from: Timestamp(microseconds: saga.createdAtUs),
            to: saga.endedAtUs > 0 ? Timestamp(microseconds: saga.endedAtUs) : now)
    }

    /// All steps in one line.
    var line: HTML {
        let words = self.saga.steps.filter { $0.status != .pending }
            .map { "\($0.name) \($0.status)" }
        return self.gantt.lane(
            self.saga.steps.flatMap(self.bars),
            label: words.isEmpty ? "not begun" : words.joined(separator: ", "))
    }

    /// One step's line.
    func line(of step: SagaV1.Step) -> HTML {
        self.gantt.lane(self.bars(of: step), label: "\(step.name): \(step.status)")
    }

    private func bars(of step: SagaV1.Step) -> [Gantt.Bar] {
        [self.work(of: step)].compactMap(\.self) + self.undoings(of: step)
    }

    private func work(of step: SagaV1.Step) -> Gantt.Bar? {
        let isCurrent = step.name == self.saga.currentStep && self.saga.endedAtUs == 0
        // The first attempt of a step is not noted before it has come to something.
        let began = step.startedAtUs > 0 ? step.startedAtUs : isCurrent ? self.lastChange : 0
        guard began > 0, step.status != .skippedEmpty else { return nil }
        let isOver = step.endedAtUs > 0
        let wasDone = !self.events.isEmpty && step.status == .compensated
        let tone = wasDone ? Tone.good : isOver ? step.status.tone : Self.unfinished(step)
        return Gantt.Bar(
            from: Timestamp(microseconds: began),
            to: isOver ? Timestamp(microseconds: step.endedAtUs) : self.end, tone: tone,
            label: "\(step.name), \(wasDone ? "succeeded" : "\(step.status)")")
    }

    private static func unfinished(_ step: SagaV1.Step) -> Tone {
        step.status == .inDoubt ? .doubt : .active
    }

    private var lastChange: Int64 {
        max(
            self.events.last?.atUs ?? 0, self.saga.steps.map(\.endedAtUs).max() ?? 0,
            self.saga.createdAtUs)
    }

    private var end: Timestamp {
        self.saga.endedAtUs > 0 ? Timestamp(microseconds: self.saga.endedAtUs) : self.now
    }

    /// One after the other: each begins with what happened before it.
    private func undoings(of step: SagaV1.Step) -> [Gantt.Bar] {
        zip(self.events, self.events.dropFirst()).filter { _, event in
            event.step == step.name && event.type == "compensated"
        }.map { before, event in
            Gantt.Bar(
                from: Timestamp(microseconds: before.atUs),
                to: Timestamp(microseconds: event.atUs), tone: .undone,
                label: "\(step.name), undone")
        }
    }
}
