internal import ArgumentParser
internal import Messages
internal import Money
internal import PaymentStories
internal import RPC
internal import Stubs
internal import TLS

struct LedgerStatement: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "Show what went into and out of an account, with the balance after each.",
        discussion: """
            The balance is credits less debits, of what is posted; holds are shown beside it.

            Examples:
              florin ledger statement merchant:acme --currency USD
              florin ledger statement fees --currency EUR --from 2026-11-01 --to 2026-11-30

            \(ExitStatus.help)
            """)

    @Argument(help: "The account's name: merchant:acme, acquirer, fees.") var name: String
    @Option(help: "Its currency.") var currency: String
    @OptionGroup var period: OpenPeriodOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        try await self.withChannel(to: .ledger) { channel in
            let client = LedgerServiceClient(channel)
            let found = try await client.accounts(
                named: self.name, currency: self.currency, options: self.callOptions)
            guard let account = found.first, let id = account.id else {
                throw Failure(
                    .notFound, "no account is named \(self.name) in \(self.currency)",
                    hint: "List them with: florin ledger accounts")
            }
            let opening = try await self.opening(of: account, client)
            var statement = Statement(account: account, opening: opening)
            var cursor = ""
            repeat {
                let page = try await client.listTransfers(
                    LedgerV1.ListTransfersRequest(
                        page: CommonV1.PageRequest(limit: 100, cursor: cursor), accountID: id,
                        fromUs: self.period.from, toUs: self.period.to, oldestFirst: true),
                    options: self.callOptions)
                for record in page.transfers { statement.add(record) }
                cursor = page.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            switch self.system.output {
            case .table: Console.say(statement.text)
            case .json: Console.say(statement.json.rendered())
            }
        }
    }

    /// The posted balance before the period.
    private func opening(
        of account: LedgerV1.Account, _ client: LedgerServiceClient
    ) async throws -> Int64 {
        guard self.period.from > account.createdAtUs else { return 0 }
        let balance = try await client.balanceAt(
            LedgerV1.BalanceAtRequest(accountID: account.id, atUs: self.period.from - 1),
            options: self.callOptions
        ).balance
        return (balance?.creditsPosted ?? 0) - (balance?.debitsPosted ?? 0)
    }
}

/// The lines of one account in a period.
struct Statement {
    private struct Line {
        let atUs: Int64
        let kind: String
        let other: String
        let change: Int64
        let held: Int64
        let balance: Int64
        let id: String
    }

    private let account: LedgerV1.Account
    private let opening: Int64
    private var balance: Int64
    private var lines: [Line] = []

    init(account: LedgerV1.Account, opening: Int64) {
        self.account = account
        self.opening = opening
        self.balance = opening
    }

    mutating func add(_ record: LedgerV1.TransferRecord) {
        guard let transfer = record.transfer else { return }
        let isDebit = transfer.debitAccountID == self.account.id
        let amount = isDebit ? -record.amount : record.amount
        let change = record.isPosting ? amount : 0
        self.balance += change
        self.lines.append(
            Line(
                atUs: transfer.createdAtUs, kind: record.kind,
                other: isDebit ? record.creditAccountName : record.debitAccountName,
                change: change, held: record.isHold ? amount : 0, balance: self.balance,
                id: transfer.id.map { "\($0.uuid)" } ?? ""))
    }

    private func text(_ minorUnits: Int64) -> String {
        Money.text(minorUnits, self.account.currency)
    }

    var text: String {
        var table = Table(
            .init(title: "at"), .init(title: "kind"), .init(title: "with"),
            .init(title: "change", alignment: .right), .init(title: "held", alignment: .right),
            .init(title: "balance", alignment: .right))
        table.rows = self.lines.map { line in
            [
                Moment.text(line.atUs), line.kind, line.other,
                line.change == 0 ? "" : self.text(line.change),
                line.held == 0 ? "" : self.text(line.held), self.text(line.balance),
            ]
        }
        return """
            \(self.account.name) \(self.account.currency)
            opening balance  \(self.text(self.opening))
            \(table.rendered(empty: "nothing in this period"))
            closing balance  \(self.text(self.balance))
            """
    }

    var json: JSONValue {
        .object([
            ("account", .text(self.account.name)), ("currency", .text(self.account.currency)),
            ("opening", .integer(self.opening)), ("closing", .integer(self.balance)),
            (
                "lines",
                .array(
                    self.lines.map { line in
                        .object([
                            ("at_us", .integer(line.atUs)), ("id", .text(line.id)),
                            ("kind", .text(line.kind)), ("with", .text(line.other)),
                            ("change", .integer(line.change)), ("held", .integer(line.held)),
                            ("balance", .integer(line.balance)),
                        ])
                    })
            ),
        ])
    }
}
