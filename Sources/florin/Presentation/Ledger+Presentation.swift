internal import Messages
internal import Money
internal import PaymentStories

extension [LedgerV1.Account] {
    var table: String {
        var table = Table(
            .init(title: "account"), .init(title: "debits", alignment: .right),
            .init(title: "credits", alignment: .right),
            .init(title: "debits pending", alignment: .right),
            .init(title: "credits pending", alignment: .right))
        table.rows = self.map { account in
            [
                account.name, account.text(account.debitsPosted),
                account.text(account.creditsPosted), account.text(account.debitsPending),
                account.text(account.creditsPending),
            ]
        }
        return table.rendered(empty: "no accounts")
    }

    var balances: String {
        var table = Table(
            .init(title: "account"), .init(title: "balance", alignment: .right),
            .init(title: "coming", alignment: .right), .init(title: "going", alignment: .right))
        table.rows = self.map { account in
            [
                account.name, account.text(account.creditsPosted - account.debitsPosted),
                account.text(account.creditsPending), account.text(account.debitsPending),
            ]
        }
        return table.rendered(empty: "no accounts")
    }
}

extension LedgerV1.Account {
    fileprivate func text(_ minorUnits: Int64) -> String {
        Money.text(minorUnits, self.currency)
    }
}

extension [LedgerV1.TransferRecord] {
    var table: String {
        var table = Table(
            .init(title: "at"), .init(title: "kind"), .init(title: "debit"),
            .init(title: "credit"), .init(title: "amount", alignment: .right))
        table.rows = self.map { record in
            let transfer = record.transfer ?? LedgerV1.Transfer()
            return [
                Moment.time(transfer.createdAtUs), record.kind, record.debitAccountName,
                record.creditAccountName, Money.text(record.amount, transfer.currency),
            ]
        }
        return table.rendered(empty: "no transfers")
    }
}

extension [LedgerV1.TrialBalanceResponse.Line] {
    var table: String {
        var table = Table(
            .init(title: "currency"), .init(title: "accounts", alignment: .right),
            .init(title: "debits", alignment: .right), .init(title: "credits", alignment: .right),
            .init(title: "pending", alignment: .right),
            .init(title: "difference", alignment: .right))
        table.rows = self.map { line in
            func text(_ minorUnits: Int64) -> String { Money.text(minorUnits, line.currency) }
            return [
                line.currency, "\(line.accounts)", text(line.debitsPosted),
                text(line.creditsPosted), text(line.debitsPending),
                text(line.debitsPosted - line.creditsPosted),
            ]
        }
        return table.rendered(empty: "no accounts")
    }
}
