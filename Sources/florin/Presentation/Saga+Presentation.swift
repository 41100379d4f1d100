internal import Messages

extension SagaV1.Saga {
    var record: String {
        var record = Record()
        record.add("saga", self.id)
        record.add("kind", self.kind)
        record.add("status", self.status.description)
        record.add("payment", self.paymentID)
        record.add("refund", self.refundID)
        record.add("amount", self.amount?.text)
        record.add("step", self.currentStep)
        record.add("failure", self.failure?.line)
        record.add("attention", self.attention)
        record.add("started", Moment.text(self.createdAtUs))
        if self.endedAtUs > 0 {
            record.add("took", "\((self.endedAtUs - self.createdAtUs) / 1_000) ms")
        }
        return record.rendered()
    }
}

extension SagaV1.Failure {
    fileprivate var line: String {
        let decline = self.declineCode.isEmpty ? "" : " (\(self.declineCode))"
        let message = self.message.isEmpty ? "" : ": \(self.message)"
        return "\(self.code)\(decline) in step \(self.step)\(message)"
    }
}

extension [SagaV1.Step] {
    var table: String {
        var table = Table(
            .init(title: "step"), .init(title: "kind"), .init(title: "status"),
            .init(title: "attempts", alignment: .right),
            .init(title: "undone in", alignment: .right), .init(title: "last error"))
        table.rows = self.map {
            [
                $0.name, $0.kind.description, $0.status.description, "\($0.attempts)",
                $0.compensationAttempts == 0 ? "" : "\($0.compensationAttempts)", $0.lastError,
            ]
        }
        return table.rendered(empty: "no steps")
    }
}

extension SagaV1.Saga {
    /// How long each step took that has begun.
    var durations: String {
        var table = Table(
            .init(title: "step"), .init(title: "status"), .init(title: "began"),
            .init(title: "took", alignment: .right), .init(title: "attempts", alignment: .right),
            .init(title: "undone in", alignment: .right))
        table.rows = self.steps.filter { $0.startedAtUs > 0 || $0.endedAtUs > 0 }.map { step in
            let began = step.startedAtUs > 0 ? step.startedAtUs : step.endedAtUs
            return [
                step.name, step.status.description, Moment.time(began),
                step.endedAtUs > 0 ? Moment.span(step.endedAtUs - began) : "",
                "\(step.attempts)",
                step.compensationAttempts == 0 ? "" : "\(step.compensationAttempts)",
            ]
        }
        return table.rendered(empty: "no step has begun")
    }
}

extension SagaV1.SagaEvent {
    /// For whoever watches.
    var line: String {
        let subject = self.step.isEmpty ? self.type : "\(self.step) \(self.type)"
        return
            "\(Moment.time(self.atUs))  \(subject)\(self.detail.isEmpty ? "" : "  \(self.detail)")"
    }
}

extension [SagaV1.SagaEvent] {
    /// Each event with the time since the saga began and since the event before it.
    func timeline(from start: Int64) -> String {
        var table = Table(
            .init(title: "since start", alignment: .right),
            .init(title: "after", alignment: .right),
            .init(title: "step"), .init(title: "what"), .init(title: "detail"))
        var before = start
        for event in self {
            table.rows.append([
                Moment.span(event.atUs - start), Moment.span(event.atUs - before), event.step,
                event.type, event.detail,
            ])
            before = event.atUs
        }
        return table.rendered(empty: "no events")
    }

    var table: String {
        var table = Table(
            .init(title: "#", alignment: .right), .init(title: "at"), .init(title: "step"),
            .init(title: "what"), .init(title: "detail"))
        table.rows = self.map {
            ["\($0.sequence)", Moment.time($0.atUs), $0.step, $0.type, $0.detail]
        }
        return table.rendered(empty: "no events")
    }
}

extension [SagaV1.Saga] {
    var attentionTable: String {
        var table = Table(
            .init(title: "saga"), .init(title: "step"), .init(title: "payment"),
            .init(title: "amount", alignment: .right), .init(title: "why"))
        table.rows = self.map {
            [$0.id, $0.currentStep, $0.paymentID, $0.amount?.text ?? "", $0.attention]
        }
        return table.rendered(empty: "no sagas need attention")
    }

    var table: String {
        var table = Table(
            .init(title: "saga"), .init(title: "kind"), .init(title: "status"),
            .init(title: "step"), .init(title: "payment"),
            .init(title: "amount", alignment: .right), .init(title: "started"))
        table.rows = self.map {
            [
                $0.id, $0.kind, $0.status.description, $0.currentStep, $0.paymentID,
                $0.amount?.text ?? "", Moment.text($0.createdAtUs),
            ]
        }
        return table.rendered(empty: "no sagas")
    }
}
