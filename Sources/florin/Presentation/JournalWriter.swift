internal import Messages
internal import Money
internal import PaymentStories

/// Writes the journal in some tool's form, entry by entry.
protocol JournalWriter {
    /// What stands before all entries.
    var header: String? { get }
    /// The entry's text without a line feed at its end; `nil` for one that the form has no word for.
    mutating func text(of entry: LedgerV1.JournalEntry) -> String?
}

/// Every entry, one a line, as RFC 4180 has it.
struct CSVJournalWriter: JournalWriter {
    let header: String? = """
        at,at_us,kind,id,debit_account,credit_account,amount,currency,minor_units,pending_id,\
        flags,code,user_data,timeout_seconds,result,chain
        """

    func text(of entry: LedgerV1.JournalEntry) -> String? {
        let transfer = entry.transfer ?? LedgerV1.Transfer()
        return [
            Moment.text(transfer.createdAtUs), "\(transfer.createdAtUs)", "\(entry.kind)",
            transfer.id.map { "\($0.uuid)" } ?? "", entry.debitAccountName,
            entry.creditAccountName, Money.number(transfer.amount, transfer.currency),
            transfer.currency, "\(transfer.amount)",
            transfer.pendingID.map { "\($0.uuid)" } ?? "", "\(transfer.flags)",
            "\(transfer.code)", transfer.userData.map { "\($0.uuid)" } ?? "",
            "\(transfer.timeoutSeconds)",
            entry.result == .unspecified ? "" : "\(entry.result)",
            String(entry.check, radix: 16),
        ].map(Self.field).joined(separator: ",")
    }

    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}

/// What was posted, as a journal for hledger.
struct HledgerWriter: JournalWriter {
    let header: String? = "; The books of Florin, as posted. Debits are positive."

    func text(of entry: LedgerV1.JournalEntry) -> String? {
        guard let posting = Posting(entry) else { return nil }
        return """

            \(posting.day) * (\(posting.id)) \(posting.debit) -> \(posting.credit)
                \(AccountPath(posting.debit).text)  \(posting.amount)
                \(AccountPath(posting.credit).text)  -\(posting.amount)
            """
    }
}

/// What was posted, as a ledger for beancount, which wants every account opened before its use.
struct BeancountWriter: JournalWriter {
    let header: String? = "; The books of Florin, as posted. Debits are positive."
    private var opened: Set<String> = []

    mutating func text(of entry: LedgerV1.JournalEntry) -> String? {
        guard let posting = Posting(entry) else { return nil }
        let debit = AccountPath(posting.debit).text
        let credit = AccountPath(posting.credit).text
        let openings = [debit, credit].filter { self.opened.insert($0).inserted }
            .map { "\(posting.day) open \($0)" }
        let transaction = [
            "",
            "\(posting.day) * \"\(posting.debit) -> \(posting.credit)\"",
            "  transfer: \"\(posting.id)\"",
            "  \(debit)  \(posting.amount)",
            "  \(credit)  -\(posting.amount)",
        ]
        return (openings + transaction).joined(separator: "\n")
    }
}

/// A transfer that moved money for good; `nil` for all other entries.
private struct Posting {
    let day: String
    let id: String
    let debit: String
    let credit: String
    /// "10.00 USD"
    let amount: String

    init?(_ entry: LedgerV1.JournalEntry) {
        guard entry.kind == .transfer, let transfer = entry.transfer,
            LedgerV1.TransferRecord(transfer: transfer).isPosting
        else { return nil }
        self.day = String(Moment.text(transfer.createdAtUs).prefix(10))
        self.id = transfer.id.map { "\($0.uuid)" } ?? ""
        self.debit = entry.debitAccountName
        self.credit = entry.creditAccountName
        self.amount =
            "\(Money.number(transfer.amount, transfer.currency)) \(transfer.currency)"
    }
}

/// Where an account of ours stands in a chart of accounts: "Liabilities:Merchant:Acme".
private struct AccountPath {
    let text: String

    init(_ name: String) {
        let parts = name.split(separator: ":").map(String.init)
        let root =
            switch parts.first {
            case "acquirer", "fx": "Assets"
            case "merchant": "Liabilities"
            case "fees", "fx_spread": "Income"
            default: "Equity"
            }
        self.text = ([root] + parts.map(Self.component)).joined(separator: ":")
    }

    /// A capital or a digit, then letters, digits and hyphens: what both tools take.
    private static func component(_ text: String) -> String {
        let letters = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        guard let first = letters.first, first != "-" else { return "X" + String(letters) }
        return first.uppercased() + String(letters.dropFirst())
    }
}

extension Money {
    /// "10.00": the number alone, as tools read it; minor units where the currency is not known.
    fileprivate static func number(_ minorUnits: Int64, _ currency: String) -> String {
        guard let known = try? Currency.named(currency) else { return "\(minorUnits)" }
        return Money(minorUnits: minorUnits, currency: known).decimalDescription
    }
}
