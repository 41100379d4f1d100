internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit
internal import SettlementCore
internal import Stubs
internal import Synchronization
internal import TLS

/// Knows the ledger's accounts, and makes those that are not there yet.
///
/// An account's id follows from its name and currency, so any number of orchestrators agree on it
/// without asking. That one exists stays true, since none is ever removed: so it is remembered, and
/// no other replica can make it false.
final class AccountDirectory: Sendable {
    /// Each takes 16 bytes. Past that all are forgotten, and asked for again as they come.
    private static let mostKnown = 1_000_000

    private let ledger: LedgerServiceClient
    private let counters: CacheCounters
    private let known = Mutex<Set<UUID128>>([])

    init(ledger: LedgerServiceClient, counters: CacheCounters) {
        self.ledger = ledger
        self.counters = counters
    }

    /// The first 128 bits of the SHA-256 of "merchant:acme/USD".
    static func id(of account: AccountRef, currency: String) -> UUID128 {
        id(ofAccountNamed: account.name, currency: currency)
    }

    static func id(ofAccountNamed name: String, currency: String) -> UUID128 {
        let digest = sha256(Array("\(name)/\(currency)".utf8))
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        return UUID128(high: word(digest[0..<8]), low: word(digest[8..<16]))
    }

    /// Makes sure that the accounts of all lines exist. One that has other flags was opened by an
    /// operator, with a floor for instance, and is taken as it is.
    ///
    /// - Throws: ``RPCError``; `.failedPrecondition` (`ledger_refused`) if the ledger has an
    ///   account of that id with other content.
    func ensureAccounts(of lines: [SettlementLine], options: CallOptions) async throws {
        var missing: [UUID128: LedgerV1.Account] = [:]
        for line in lines {
            for account in [line.debit, line.credit] {
                let currency = line.amount.currency.code
                let id = Self.id(of: account, currency: currency)
                missing[id] = LedgerV1.Account(
                    id: LedgerV1.Uint128(id), name: account.name, currency: currency)
            }
        }
        let wanted = missing.count
        self.known.withLock { known in
            missing = missing.filter { !known.contains($0.key) }
        }
        self.counters.count(wanted - missing.count, isHit: true)
        self.counters.count(missing.count, isHit: false)
        guard !missing.isEmpty else { return }
        let request = LedgerV1.CreateAccountsRequest(accounts: Array(missing.values))
        let answer = try await ledger.createAccounts(request, options: options)
        let accepted: Set<LedgerV1.ResultCode> = [.created, .exists, .existsWithDifferentFlags]
        for result in answer.results where !accepted.contains(result) {
            throw RPCError.failedPrecondition(
                .ledgerRefused, "The ledger refused an account: \(result).")
        }
        self.known.withLock { known in
            if known.count >= Self.mostKnown { known.removeAll() }
            known.formUnion(missing.keys)
        }
    }
}

extension LedgerV1.Uint128 {
    init(_ id: UUID128) {
        self.init(high: id.high, low: id.low)
    }
}
