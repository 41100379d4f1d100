internal import ConsoleCore
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit
internal import Stubs

extension Console {
    func books(_ filter: AccountFilter) async -> Page {
        let live = await self.part("ledger") {
            let balance = try await self.ledger.trialBalance(.init(), options: self.options)
            let found = try await self.ledger.listAccounts(
                LedgerV1.ListAccountsRequest(
                    page: .init(limit: 50, cursor: filter.cursor.text),
                    namePrefix: filter.prefix, currency: filter.currency), options: self.options)
            let links = filter.cursor.links(
                to: found.page?.nextCursor, path: "ledger", filter: filter.terms)
            return "\(balance.lines.table.html)\(found.accounts.table.html)\(links)"
        }
        return Page("Ledger", .ledger, head: filter.form, live: live)
    }
}

extension [LedgerV1.TrialBalanceResponse.Line] {
    fileprivate var table: Table {
        var table = Table(
            "Trial balance, all accounts at one moment", .init("currency"),
            .number("accounts").minor, .number("debits"), .number("credits"),
            .number("pending").minor, .init("in balance"), empty: "The books are empty.")
        for line in self {
            func money(_ minorUnits: Int64) -> HTML { "\(Money.text(minorUnits, line.currency))" }
            table.add(
                "\(line.currency)", "\(line.accounts)", money(line.debitsPosted),
                money(line.creditsPosted), money(line.debitsPending),
                line.isInBalance ? .pill("yes", .good) : .pill("no", .bad))
        }
        return table
    }
}

extension [LedgerV1.Account] {
    fileprivate var table: Table {
        var table = Table(
            "Accounts", .init("account"), .number("debits").minor, .number("credits").minor,
            .number("balance"), .number("held, debits").minor, .number("held, credits").minor,
            empty: "There are none.")
        for account in self {
            func money(_ minorUnits: Int64) -> HTML {
                "\(Money.text(minorUnits, account.currency))"
            }
            let debits = account.debitsPosted
            let credits = account.creditsPosted
            let side = debits == credits ? "" : debits > credits ? "debit" : "credit"
            table.add(
                "\(account.name)", money(debits), money(credits),
                "\(money(abs(credits - debits))) <span class=\"quiet\">\(side)</span>",
                money(account.debitsPending), money(account.creditsPending))
        }
        return table
    }
}
