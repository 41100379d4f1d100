internal import Messages
internal import Money

extension SagaV1.OperatorRequest {
    var record: String {
        var record = Record()
        record.add("request", self.id)
        record.add("action", self.action.description)
        record.add("saga", self.sagaID)
        record.add("step", self.step)
        record.add("evidence", self.evidence?.line)
        record.add("money", self.adjustment?.line)
        record.add("reason", self.reason)
        record.add("requested by", self.requestedBy)
        record.add("approved by", self.approvedBy)
        if self.approvedBy.isEmpty {
            record.add("expires", Moment.text(self.expiresAtUs))
            record.add("next", "another operator: florin saga approve \(self.id)")
        }
        return record.rendered()
    }
}

extension SagaV1.Adjustment {
    fileprivate var line: String {
        "\(self.amount?.text ?? "") from \(self.debitAccount) to \(self.creditAccount)"
            + (self.paymentID.isEmpty ? "" : " for \(self.paymentID)")
    }
}

extension SagaV1.Evidence {
    fileprivate var line: String {
        let code = self.code.isEmpty ? "" : " (\(self.code))"
        return "\(self.outcome)\(code) under \(self.reference)"
    }
}

extension [SagaV1.OperatorRequest] {
    var table: String {
        var table = Table(
            .init(title: "request"), .init(title: "action"), .init(title: "concerns"),
            .init(title: "step"), .init(title: "expires"), .init(title: "approved"),
            .init(title: "reason"))
        table.rows = self.map {
            [
                $0.id, $0.action.description, $0.adjustment?.line ?? $0.sagaID, $0.step,
                Moment.text($0.expiresAtUs),
                Moment.text($0.approvedAtUs), $0.reason,
            ]
        }
        return table.rendered(empty: "no requests")
    }
}

extension [SagaV1.OperatorLogEntry] {
    var table: String {
        var table = Table(
            .init(title: "#", alignment: .right), .init(title: "at"), .init(title: "operator"),
            .init(title: "action"), .init(title: "outcome"), .init(title: "saga"),
            .init(title: "detail"), .init(title: "hash"))
        table.rows = self.map {
            [
                "\($0.number)", Moment.text($0.atUs), $0.operatorName,
                $0.action.description, $0.outcome, $0.sagaID, $0.detail,
                $0.hash.prefix(6).map(Hexadecimal.digits).joined(),
            ]
        }
        return table.rendered(empty: "no entries")
    }
}

extension SagaV1.OperatorLogEntry {
    /// "alice", or where the certificate tells no name the first digits of its serial number.
    fileprivate var operatorName: String {
        let parts = self.operator.split(separator: "/")
        return String(parts.count > 1 ? parts[0] : self.operator.prefix(8))
    }
}

extension SagaV1.VerifyOperatorLogResponse {
    var record: String {
        var record = Record()
        record.add("log", self.isWhole ? "whole" : "broken")
        record.add("entries", "\(self.entries)")
        record.add("head", self.head.map(Hexadecimal.digits).joined())
        if !self.isWhole {
            record.add("line", "\(self.brokenNumber)")
            record.add("problem", self.problem)
        }
        return record.rendered()
    }
}

extension [SagaV1.RemainingEffect] {
    var table: String {
        var table = Table(.init(title: "step"), .init(title: "is"), .init(title: "effect"))
        table.rows = self.map { [$0.step, $0.isCertain ? "done" : "possible", $0.effect] }
        return table.rendered(empty: "no effects")
    }
}

extension SagaV1.CompensationPlan {
    var text: String {
        var record = Record()
        record.add("saga", self.sagaID)
        record.add("plan", self.hash)
        record.add("refused", self.objection)
        var undone = Table(.init(title: "undo"), .init(title: "was"), .init(title: "how"))
        undone.rows = self.undone.map {
            [
                $0.step, $0.isCertain ? "done" : "possibly done",
                $0.effect + ($0.waitsForDoubt ? ", once the doubt is settled" : ""),
            ]
        }
        var money = Table(
            .init(title: "account"), .init(title: "debits released", alignment: .right),
            .init(title: "credits released", alignment: .right))
        money.rows = self.movements.map {
            [
                $0.account, Money.text($0.debitsReleased, $0.currency),
                Money.text($0.creditsReleased, $0.currency),
            ]
        }
        return [
            record.rendered(), undone.rendered(empty: "nothing to undo"),
            money.rendered(empty: "no money moves"), "what stays:\n" + self.notUndone.table,
        ].joined(separator: "\n\n")
    }
}
