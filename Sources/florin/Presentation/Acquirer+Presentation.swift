internal import Messages

extension [AcquirerV1.Effect] {
    var table: String {
        var table = Table(
            .init(title: "at"), .init(title: "kind"), .init(title: "status"),
            .init(title: "amount", alignment: .right), .init(title: "code"),
            .init(title: "reference"))
        table.rows = self.map { effect in
            [
                Moment.time(effect.createdAtUs), effect.kind.description,
                effect.status.description, effect.amount?.text ?? "",
                effect.declineCode.isEmpty ? effect.code : effect.declineCode, effect.reference,
            ]
        }
        return table.rendered(empty: "no effects")
    }
}

extension [AcquirerV1.Script] {
    var table: String {
        var table = Table(
            .init(title: "script"), .init(title: "behavior"), .init(title: "kind"),
            .init(title: "method"), .init(title: "reference"),
            .init(title: "delay", alignment: .right), .init(title: "left", alignment: .right))
        table.rows = self.map { script in
            [
                script.id, script.behavior.description,
                script.kind == .unspecified ? "any" : script.kind.description,
                script.paymentMethod.isEmpty ? "any" : script.paymentMethod,
                script.referencePrefix.isEmpty ? "any" : script.referencePrefix,
                "\(script.delayMs) ms", "\(script.remaining)",
            ]
        }
        return table.rendered(empty: "no scripts")
    }
}
