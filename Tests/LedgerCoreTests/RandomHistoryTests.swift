internal import Identifiers
internal import LedgerCore
internal import Testing

@Suite("Random histories")
struct RandomHistoryTests {
    /// Few ids, few accounts and small amounts, so that everything meets everything.
    @Test("Agree with a plain second model", arguments: UInt64(1)...40)
    func agreesWithNaiveModel(seed: UInt64) {
        var random = SplitMix(state: seed)
        var ledger = Ledger()
        var naive = NaiveLedger()
        for account in Self.accounts {
            ledger.load(account)
            naive.accounts.append(account)
        }
        var time: Int64 = 1_000_000
        for step in 0..<120 {
            let request = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Self.transfer(&random)
            }
            let asWhole = Int.random(in: 0..<4, using: &random) == 0
            let now = Timestamp(microseconds: time)
            let results = ledger.createTransfers(request, at: now, asWhole: asWhole)
            let expected = naive.create(request, at: time, asWhole: asWhole)
            #expect(results == expected, "seed \(seed), step \(step): \(request)")
            time += Int64.random(in: 10...2_000_000, using: &random)
            if Int.random(in: 0..<5, using: &random) == 0 {
                ledger.expire(Array(ledger.pendings.keys), at: Timestamp(microseconds: time))
                naive.expire(at: time)
            }
            for account in Self.accounts {
                #expect(
                    ledger.accounts[account.id]?.balances == naive.balances(of: account.id),
                    "seed \(seed), step \(step)")
            }
            guard results == expected, ledger.isBalanced else {
                Issue.record("seed \(seed), step \(step): the books are out of balance")
                return
            }
        }
    }

    @Test("Changes, loaded into a fresh ledger, make the same books", arguments: UInt64(1)...10)
    func changesAreComplete(seed: UInt64) {
        var random = SplitMix(state: seed)
        var batch = Ledger()
        Self.accounts.forEach { batch.load($0) }
        var stored = batch
        var time: Int64 = 1_000_000
        for _ in 0..<30 {
            // One batch: several requests on one working set.
            for _ in 0..<3 {
                let request = (0..<4).map { _ in Self.transfer(&random) }
                _ = batch.createTransfers(request, at: Timestamp(microseconds: time))
                time += 500_000
            }
            batch.expire(Array(batch.pendings.keys), at: Timestamp(microseconds: time))
            let changes = batch.changes
            stored.store(changes)
            #expect(stored.accounts == batch.accounts, "seed \(seed)")
            #expect(stored.transfers == batch.transfers, "seed \(seed)")
            #expect(stored.pendings == batch.pendings, "seed \(seed)")
            #expect(stored.failures == batch.failures, "seed \(seed)")
            let made = changes.createdTransfers.map(\.createdAt)
            #expect(made == made.sorted() && Set(made).count == made.count)
            batch = stored
        }
    }

    private static let accounts: [Account] = [
        (1, "USD", []), (2, "USD", []), (3, "USD", .debitsMustNotExceedCredits),
        (4, "USD", .creditsMustNotExceedDebits), (5, "EUR", []), (6, "EUR", []),
    ].map { (id: UInt64, currency: String, flags: Account.Flags) in
        Account(
            id: UUID128(high: 0, low: id), name: "account-\(id)", currency: currency, flags: flags)
    }

    private static func transfer(_ random: inout SplitMix) -> Transfer {
        func number(_ range: ClosedRange<UInt64>) -> UUID128 {
            UUID128(high: 0, low: UInt64.random(in: range, using: &random))
        }
        func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
        let resolves = oneIn(2)
        var flags: Transfer.Flags =
            resolves ? (oneIn(3) ? .voidPending : .postPending) : (oneIn(3) ? [] : .pending)
        if oneIn(3) { flags.insert(.linked) }
        if oneIn(40) { flags.insert(.pending) }
        let isBare = resolves && !oneIn(4)
        return Transfer(
            id: number(oneIn(30) ? 0...3 : 1...60),
            debitAccountID: isBare ? .zero : number(oneIn(20) ? 0...7 : 1...4),
            creditAccountID: isBare ? .zero : number(oneIn(20) ? 0...7 : 1...4),
            amount: isBare && !oneIn(3)
                ? 0 : Int64.random(in: oneIn(20) ? -1...9 : 1...9, using: &random),
            currency: isBare
                ? "" : ["USD", "USD", "USD", "EUR", "XYZ"][oneIn(8) ? 4 : oneIn(8) ? 3 : 0],
            pendingID: resolves ? number(1...60) : (oneIn(30) ? number(1...60) : .zero),
            flags: flags, code: isBare ? 0 : (oneIn(30) ? 0 : 1),
            userData: oneIn(20) ? number(1...2) : .zero,
            timeoutSeconds: flags.contains(.pending) && oneIn(2)
                ? UInt32.random(in: 1...20, using: &random) : (oneIn(40) ? 1 : 0))
    }
}

extension Ledger {
    /// What a store does with the changes of a batch.
    fileprivate mutating func store(_ changes: LedgerChanges) {
        for account in changes.createdAccounts + changes.updatedAccounts { self.load(account) }
        let opened = Dictionary(
            uniqueKeysWithValues: changes.openedPendings.map { ($0.id, $0.state) })
        for transfer in changes.createdTransfers {
            self.load(transfer, pending: opened[transfer.id])
        }
        for (id, status) in changes.closedPendings {
            guard let transfer = self.transfers[id], var state = self.pendings[id] else { continue }
            state.status = status
            self.load(transfer, pending: state)
        }
        for (id, code) in changes.failures { self.load(failure: code, of: id) }
    }
}

/// A generator that gives the same numbers for the same seed, on any machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
