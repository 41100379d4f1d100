internal import Identifiers
internal import LedgerCore
internal import Testing

/// A life of some books as a table: one line, one event, its exact result.
///
///     account A1                              = created
///     transfer T1 dr=A1 cr=A2 amount=10       = created
///     post T2 pending=T1                      = created
///     balance A1 0 10 0 0
///
/// Lines that follow each other without a blank one are one request. What a line does not say has
/// the value that makes the event a good one: a table shows what matters. `at 60` sets the time in
/// seconds, `expire T1` sweeps, `balance` names debits pending and posted, then credits pending
/// and posted.
struct LedgerTable {
    private(set) var ledger = Ledger()
    private(set) var reached: Set<ResultCode> = []
    private var time = Timestamp(microseconds: 1_000_000)
    private var request: [Line] = []

    struct Line {
        let text: String
        let verb: String
        let words: [String]
        let fields: [String: String]
        let expected: String?

        init(_ text: Substring) {
            self.text = String(text)
            let halves = text.split(separator: " = ", maxSplits: 1).map(String.init)
            let words = halves[0].split(separator: " ").map(String.init)
            self.verb = words[0]
            self.words = words.dropFirst().filter { !$0.contains("=") }
            self.fields = Dictionary(
                uniqueKeysWithValues: words.dropFirst().compactMap { word in
                    let pair = word.split(
                        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return pair.count == 2 ? (String(pair[0]), String(pair[1])) : nil
                })
            self.expected = halves.count == 2 ? halves[1] : nil
        }
    }

    @discardableResult
    static func check(_ table: String) -> LedgerTable {
        var run = LedgerTable()
        for text in table.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = text.drop { $0 == " " }
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else {
                run.flush()
                continue
            }
            run.read(Line(trimmed))
        }
        run.flush()
        #expect(run.ledger.isBalanced)
        return run
    }

    private mutating func read(_ line: Line) {
        if line.verb.requestKind != self.request.last?.verb.requestKind { self.flush() }
        switch line.verb {
        case "at":
            self.time = Timestamp(microseconds: (Int64(line.words[0]) ?? 0) * 1_000_000)
        case "now":
            self.time = Timestamp(microseconds: Int64(line.words[0]) ?? 0)
        case "expire":
            self.ledger.expire(line.words.map(id), at: self.time)
        case "balance":
            let balances = self.ledger.accounts[id(line.words[0])]?.balances
            let expected = line.words.dropFirst().compactMap { Int64($0) }
            #expect(balances?.columns == expected, "\(line.text)")
        default:
            self.request.append(line)
        }
    }

    private mutating func flush() {
        guard let verb = self.request.first?.verb else { return }
        let results =
            verb == "account"
            ? self.ledger.createAccounts(self.request.map(account), at: self.time)
            : self.ledger.createTransfers(self.request.map(transfer), at: self.time)
        self.time = self.time + .microseconds(self.request.count)
        for (line, result) in zip(self.request, results) {
            #expect("\(result)" == line.expected, "\(line.text)")
            self.reached.insert(result)
        }
        #expect(results.count == self.request.count)
        self.request = []
    }
}

// MARK: - Reading

/// "A7" and "T7" are 7; "max" is the greatest number.
private func id(_ text: String) -> UUID128 {
    text == "max"
        ? .max : UUID128(high: 0, low: UInt64(text.drop { $0.isLetter }) ?? 0)
}

private func account(_ line: LedgerTable.Line) -> Account {
    let flags = (line.fields["flags"] ?? "").split(separator: ",").map { name -> UInt32 in
        switch name {
        case "debits<=credits": Account.Flags.debitsMustNotExceedCredits.rawValue
        case "credits<=debits": Account.Flags.creditsMustNotExceedDebits.rawValue
        case "linked": Account.Flags.linked.rawValue
        case "history": Account.Flags.history.rawValue
        case "closed": Account.Flags.closed.rawValue
        default: UInt32(name) ?? 0
        }
    }
    func amount(_ key: String) -> Int64 { Int64(line.fields[key] ?? "") ?? 0 }
    return Account(
        id: id(line.words[0]), name: line.fields["name"] ?? "name-\(line.words[0])",
        currency: CurrencyCode(line.fields["ccy"] ?? "USD"),
        flags: Account.Flags(rawValue: flags.reduce(0, |)),
        userData: id(line.fields["user"] ?? "0"),
        balances: Balances(
            debitsPending: amount("dp"), debitsPosted: amount("d"),
            creditsPending: amount("cp"), creditsPosted: amount("c")),
        createdAt: Timestamp(microseconds: amount("time")))
}

private func transfer(_ line: LedgerTable.Line) -> Transfer {
    let verbFlags: [String: Transfer.Flags] = [
        "pending": .pending, "post": .postPending, "void": .voidPending,
    ]
    var flags = verbFlags[line.verb] ?? []
    for name in (line.fields["flags"] ?? "").split(separator: ",") {
        switch name {
        case "linked": flags.insert(.linked)
        case "pending": flags.insert(.pending)
        case "post": flags.insert(.postPending)
        case "void": flags.insert(.voidPending)
        case "balancing-dr": flags.insert(.balancingDebit)
        case "balancing-cr": flags.insert(.balancingCredit)
        case "closing-dr": flags.insert(.closingDebit)
        case "closing-cr": flags.insert(.closingCredit)
        default: flags.formUnion(Transfer.Flags(rawValue: UInt32(name) ?? 0))
        }
    }
    let resolves = line.verb == "post" || line.verb == "void"
    func number(_ key: String, or standard: Int64) -> Int64 {
        line.fields[key].flatMap { Int64($0) } ?? (resolves ? 0 : standard)
    }
    return Transfer(
        id: id(line.words[0]),
        debitAccountID: id(line.fields["dr"] ?? (resolves ? "0" : "A1")),
        creditAccountID: id(line.fields["cr"] ?? (resolves ? "0" : "A2")),
        amount: number("amount", or: 10),
        currency: CurrencyCode(line.fields["ccy"] ?? (resolves ? "" : "USD")),
        pendingID: id(line.fields["pending"] ?? "0"), flags: flags,
        code: UInt32(number("code", or: 1)), userData: id(line.fields["user"] ?? "0"),
        timeoutSeconds: UInt32(number("timeout", or: 0)),
        createdAt: Timestamp(microseconds: number("time", or: 0)))
}

extension String {
    /// Which kind of request a line with this verb belongs to; `nil` if it is none.
    fileprivate var requestKind: String? {
        switch self {
        case "account": "accounts"
        case "transfer", "pending", "post", "void": "transfers"
        default: nil
        }
    }
}

extension Balances {
    var columns: [Int64] {
        [self.debitsPending, self.debitsPosted, self.creditsPending, self.creditsPosted]
    }
}

extension Ledger {
    /// Whether debits equal credits in every currency, pending and posted each, and none of them
    /// is below zero.
    var isBalanced: Bool {
        var sums: [CurrencyCode: (pending: Int128, posted: Int128)] = [:]
        for account in self.accounts.values {
            let balances = account.balances
            guard balances.columns.allSatisfy({ $0 >= 0 }) else { return false }
            sums[account.currency, default: (0, 0)].pending +=
                Int128(balances.debitsPending) - Int128(balances.creditsPending)
            sums[account.currency, default: (0, 0)].posted +=
                Int128(balances.debitsPosted) - Int128(balances.creditsPosted)
        }
        return sums.values.allSatisfy { $0 == (0, 0) }
    }
}
