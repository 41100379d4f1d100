internal import Messages
internal import Money

extension FXV1.Quote {
    var record: String {
        var record = Record()
        record.add("quote", self.id)
        record.add("status", self.status.description)
        record.add("from", self.from?.text)
        record.add("mid rate", self.midRate)
        record.add("gross", self.gross?.text)
        record.add("spread", self.spread.map { "\($0.text) (\(self.spreadBasisPoints) bp)" })
        record.add("to", self.to?.text)
        if self.residue != 0, let to {
            record.add("residue", Money.text(self.residue, to.currency))
        }
        record.add("rates", "\(self.source), published \(self.publishedOn)")
        record.add("expires", Moment.text(self.expiresAtUs))
        record.add("saga", self.sagaID)
        return record.rendered()
    }
}

extension [FXV1.Rate] {
    var table: String {
        var table = Table(
            .init(title: "currency"), .init(title: "for one EUR", alignment: .right),
            .init(title: "published"), .init(title: "source"))
        table.rows = self.map { [$0.currency, $0.unitsPerEuro, $0.publishedOn, $0.source] }
        return table.rendered(empty: "no rates; import some with: florin fx import FILE")
    }
}
