internal import Messages

extension SagaV1.GetSagaStatsResponse {
    var text: String {
        [self.counted, self.latency, self.summary].joined(separator: "\n\n")
    }

    /// One screen.
    var frame: String {
        let rate = { (count: Int64) in
            let tenths = count * 10 / max(1, self.periodSeconds)
            return "\(tenths / 10).\(tenths % 10)/s"
        }
        let title =
            "florin saga top  \(Moment.text(self.atUs))  last \(self.periodSeconds) s: "
            + "started \(rate(self.started)), ended \(rate(self.ended))"
        return title + "\n\n" + self.text
    }

    private var counted: String {
        var table = Table(
            .init(title: "kind"), .init(title: "status"),
            .init(title: "sagas", alignment: .right))
        table.rows = self.counts.map { [$0.kind, $0.status.description, "\($0.count)"] }
        return table.rendered(empty: "no sagas")
    }

    private var latency: String {
        var table = Table(
            .init(title: "kind"), .init(title: "ended", alignment: .right),
            .init(title: "p50", alignment: .right), .init(title: "p95", alignment: .right),
            .init(title: "p99", alignment: .right), .init(title: "max", alignment: .right))
        table.rows = self.latencies.map { latency in
            [latency.kind, "\(latency.count)"]
                + [latency.p50Us, latency.p95Us, latency.p99Us, latency.maxUs].map(Moment.span)
        }
        return table.rendered(empty: "none ended in the period")
    }

    private var summary: String {
        var record = Record()
        record.add("started", "\(self.started)")
        record.add("ended", "\(self.ended)")
        record.add("waiting", "\(self.waiting)")
        let money = self.unfinished.map { "\($0.amount?.text ?? "") in \($0.sagas)" }
        record.add("unfinished", money.joined(separator: ", "))
        if let oldest {
            let age = Moment.span(self.atUs - oldest.createdAtUs)
            record.add("oldest", "\(oldest.id), \(oldest.status) at \(oldest.currentStep), \(age)")
        }
        return record.rendered()
    }
}

extension SagaV1.SagaDefinition {
    var text: String {
        var table = Table(
            .init(title: "step"), .init(title: "kind"), .init(title: "at once with"),
            .init(title: "tries", alignment: .right),
            .init(title: "timeout", alignment: .right),
            .init(title: "undo tries", alignment: .right),
            .init(title: "doubt tries", alignment: .right))
        table.rows = self.steps.enumerated().map { place, step in
            [
                step.name, step.kind.description,
                step.isAlongside && place > 0 ? self.steps[place - 1].name : "",
                "\(step.retry?.attempts ?? 0)",
                "\(step.retry?.timeoutMs ?? 0) ms",
                step.compensation.map { "\($0.attempts)" } ?? "",
                step.inDoubt.map { "\($0.attempts)" } ?? "",
            ]
        }
        let variant = self.variant.isEmpty ? "" : " (\(self.variant))"
        return "\(self.kind)\(variant), version \(self.version)\n"
            + table.rendered(empty: "no steps")
    }
}
