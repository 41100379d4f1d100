internal import Messages

extension RefundV1.Refund {
    var record: String {
        var record = Record()
        record.add("refund", self.id)
        record.add("status", self.status.description)
        record.add("amount", self.amount?.text)
        record.add("charged", self.settlement?.text)
        record.add("payment", self.paymentID)
        record.add("merchant", self.merchantID)
        record.add("reason", self.reason)
        record.add("failure", self.failureReason)
        record.add("created", Moment.text(self.createdAtUs))
        for entry in self.metadata { record.add("  \(entry.key)", entry.value) }
        return record.rendered()
    }
}

extension [RefundV1.Refund] {
    var table: String {
        var table = Table(
            .init(title: "refund"), .init(title: "status"),
            .init(title: "amount", alignment: .right),
            .init(title: "charged", alignment: .right), .init(title: "payment"),
            .init(title: "created"))
        table.rows = self.map {
            [
                $0.id, $0.status.description, $0.amount?.text ?? "", $0.settlement?.text ?? "",
                $0.paymentID, Moment.text($0.createdAtUs),
            ]
        }
        return table.rendered(empty: "no refunds")
    }
}
