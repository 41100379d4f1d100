internal import Messages

extension SagaV1.Saga {
    var record: String {
        var record = Record()
        record.add("saga", self.id)
        record.add("kind", self.kind)
        record.add("status", self.status.description)
        record.add("payment", self.paymentID)
        record.add("refund", self.refundID)
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

extension [SagaV1.SagaEvent] {
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
    var table: String {
        var table = Table(
            .init(title: "saga"), .init(title: "kind"), .init(title: "status"),
            .init(title: "payment"), .init(title: "started"))
        table.rows = self.map {
            [$0.id, $0.kind, $0.status.description, $0.paymentID, Moment.text($0.createdAtUs)]
        }
        return table.rendered(empty: "no sagas")
    }
}
