internal import Messages
internal import Money

extension PaymentV1.Payment {
    var record: String {
        var record = Record()
        let currency = self.amount?.currency ?? ""
        record.add("payment", self.id)
        record.add("status", self.status.description)
        record.add("amount", self.amount?.text)
        record.add("merchant", self.merchantID)
        record.add("method", self.paymentMethod)
        if self.captureMethod == .manual { record.add("capture", "manual") }
        record.add("settles in", self.settlementCurrency)
        record.add("quote", self.quoteID)
        record.add("description", self.description)
        record.add("capturable", Self.amount(self.amountCapturable, currency))
        record.add("received", Self.amount(self.amountReceived, currency))
        record.add("refunded", Self.amount(self.amountRefunded, currency))
        if let settlement = self.latestCharge?.settlement { settlement.add(to: &record) }
        record.add("failure", self.lastFailure?.line)
        record.add("next action", self.nextAction)
        record.add("canceled", self.cancellationReason)
        record.add("created", Moment.text(self.createdAtUs))
        record.add("capture by", Moment.text(self.captureBeforeUs))
        record.add("saga at work", self.activeSagaID)
        record.add("frozen", self.frozenReason)
        for entry in self.metadata { record.add("  \(entry.key)", entry.value) }
        return record.rendered()
    }

    private static func amount(_ minorUnits: Int64, _ currency: String) -> String? {
        minorUnits == 0 ? nil : Money.text(minorUnits, currency)
    }
}

extension PaymentV1.Settlement {
    fileprivate func add(to record: inout Record) {
        let currency = self.gross?.currency ?? ""
        record.add("exchange rate", self.exchangeRate)
        record.add("gross", self.gross?.text)
        if self.spread != 0 { record.add("spread", Money.text(self.spread, currency)) }
        if self.fee != 0 { record.add("fee", Money.text(self.fee, currency)) }
        record.add("net", Money.text(self.net, currency))
    }
}

extension PaymentV1.PaymentFailure {
    var line: String {
        let decline = self.declineCode.isEmpty ? "" : " (\(self.declineCode))"
        return self.message.isEmpty
            ? "\(self.code)\(decline)" : "\(self.code)\(decline): \(self.message)"
    }
}

extension [PaymentV1.Payment] {
    var table: String {
        var table = Table(
            .init(title: "payment"), .init(title: "status"),
            .init(title: "amount", alignment: .right), .init(title: "merchant"),
            .init(title: "created"))
        table.rows = self.map {
            [
                $0.id, $0.status.description, $0.amount?.text ?? "", $0.merchantID,
                Moment.text($0.createdAtUs),
            ]
        }
        return table.rendered(empty: "no payments")
    }
}

extension [PaymentV1.PaymentEvent] {
    var table: String {
        var table = Table(
            .init(title: "#", alignment: .right), .init(title: "at"), .init(title: "event"))
        table.rows = self.map { ["\($0.sequence)", Moment.time($0.createdAtUs), $0.type] }
        return table.rendered(empty: "no events")
    }
}
