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
                let now = Timestamp(microseconds: time)
                ledger.expire(ledger.takeOverdue(at: now, limit: 100), at: now)
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

    @Test("The journal, replayed, makes the same books", arguments: UInt64(1)...20)
    func journalIsComplete(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var books = Ledger()
        _ = books.createAccounts(Self.newAccounts, at: Timestamp(microseconds: 1))
        var time: Int64 = 1_000_000
        for _ in 0..<100 { Self.live(&books, &time, &random) }

        var replayed = Ledger()
        for entry in books.entries { try replayed.replay(entry) }
        let times = books.entries.map(\.time)
        #expect(times == times.sorted() && Set(times).count == times.count, "seed \(seed)")
        #expect(Set(books.entries.map(\.transfer.id)).count == times.count, "seed \(seed)")
        Self.expectSame(replayed, books, "seed \(seed)")
    }

    /// What the database may still refuse is taken back as if it had never been asked for.
    @Test("Rolling back leaves no trace", arguments: UInt64(1)...20)
    func rollBack(seed: UInt64) {
        var random = SplitMix(state: seed)
        var books = Ledger()
        _ = books.createAccounts(Self.newAccounts, at: Timestamp(microseconds: 1))
        var time: Int64 = 1_000_000
        for round in 0..<40 {
            let before = books
            let mark = books.mark
            var probe = random
            for _ in 0..<5 { Self.live(&books, &time, &probe) }
            let opened = books.createAccounts(
                [Account(id: UUID128(high: 9, low: 9), name: "late", currency: "USD")],
                at: Timestamp(microseconds: time + 1))
            #expect(opened == [.created])
            books.rollBack(to: mark)
            Self.expectSame(books, before, "seed \(seed), round \(round)")
            #expect(books.entries == before.entries, "seed \(seed), round \(round)")
            #expect(books.accountID(name: "late", currency: "USD") == nil)
            Self.live(&books, &time, &random)
            if round.isMultiple(of: 7) { books.settle(upTo: books.mark) }
        }
    }

    /// One request, and now and then a sweep.
    private static func live(
        _ books: inout Ledger, _ time: inout Int64, _ random: inout SplitMix
    ) {
        let request = (0..<4).map { _ in Self.transfer(&random) }
        _ = books.createTransfers(request, at: Timestamp(microseconds: time))
        time += Int64.random(in: 100...900_000, using: &random)
        guard Int.random(in: 0..<4, using: &random) == 0 else { return }
        let now = Timestamp(microseconds: time)
        books.expire(books.takeOverdue(at: now, limit: 100), at: now)
        time += 1_000
    }

    private static func expectSame(_ left: Ledger, _ right: Ledger, _ comment: Comment) {
        for account in Self.accounts {
            #expect(left.account(account.id) == right.account(account.id), comment)
        }
        for number in UInt64(1)...60 {
            let id = UUID128(high: 0, low: number)
            #expect(left.transfer(id) == right.transfer(id), comment)
            #expect(left.pendingState(id) == right.pendingState(id), comment)
            #expect(left.failure(of: id) == right.failure(of: id), comment)
        }
    }

    private static let newAccounts = Self.accounts.map { account in
        Account(
            id: account.id, name: account.name, currency: account.currency, flags: account.flags)
    }

    private static let accounts: [Account] = [
        (1, "USD", []), (2, "USD", []), (3, "USD", .debitsMustNotExceedCredits),
        (4, "USD", .creditsMustNotExceedDebits), (5, "EUR", []), (6, "EUR", []),
    ].map { (id: UInt64, currency: CurrencyCode, flags: Account.Flags) in
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
