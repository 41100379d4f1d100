internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct LedgerVerify: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the books: recompute the journal's hash chain and every balance.",
        discussion: """
            Reads the whole journal, checks that each entry is the one that was written and \
            follows from those before it, and compares what is stored of balances with what it \
            comes to. The hash that it prints stands for all of the journal: noted down \
            outside of this system, it proves later that nothing before it was changed or cut \
            off.

            Examples:
              florin ledger verify
              florin ledger verify --output json

            Exit status: 0 when the books are whole, 1 when a row is wrong, which is named.
            """)

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let last = try await self.withChannel(to: .ledger) { channel in
            try await LedgerServiceClient(channel).verified(options: self.callOptions)
        }
        guard let finding = last.finding else {
            throw Failure(.failed, "the ledger ended the verification without a finding")
        }
        self.show(last, finding.text(entries: last.entries))
        guard finding.isWhole else { throw ExitStatus.failed.code }
    }
}

extension LedgerV1.VerifyFinding {
    fileprivate func text(entries: Int64) -> String {
        var record = Record()
        record.add("books", self.isWhole ? "whole" : "WRONG")
        record.add("problem", self.problem)
        record.add("table", self.table)
        record.add("at", self.atUs == 0 ? nil : "\(Moment.text(self.atUs)) (\(self.atUs))")
        record.add("id", self.id.map { "\($0.uuid)" })
        record.add("entries", "\(entries)")
        record.add("accounts", "\(self.accounts)")
        record.add("head", self.head.map { $0.hexadecimal }.joined())
        record.add("head at", Moment.text(self.headAtUs))
        return record.rendered()
    }
}

extension UInt8 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return self < 16 ? "0\(digits)" : digits
    }
}
