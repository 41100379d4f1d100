internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import RPC
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ownership of the books")
struct OwnershipTests {
    @Test("A standby refuses, and goes on where the owner stopped")
    func standby() async throws {
        let database = try await EphemeralDatabase.make(service: "ledger")
        let (stop, stopped) = AsyncStream.makeStream(of: Void.self)
        let (start, started) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await OwnedBooks.open(database) { books in
                try await books.waitUntilOwner()
                try await books.openTwoAccounts()
                #expect(try await books.transfer(move(10, amount: 7)) == [.created])
                started.finish()
                for await _ in stop { break }
            }
        }
        for await _ in start { break }
        try await OwnedBooks.open(database) { standby in
            let refusal = await failure { try await standby.transfer(move(11)) }
            #expect(refusal?.code == .unavailable && refusal?.mayHaveRun == false)
            stopped.finish()
            try await standby.waitUntilOwner()
            #expect(try await standby.balances(1) == [Balances(debitsPosted: 7)])
            #expect(try await standby.transfer(move(10, amount: 7)) == [.exists])
            #expect(try await standby.transfer(move(11)) == [.created])
            let finding = try await standby.verify()
            #expect(finding.wrong == nil)
        }
        try await first.value
    }

    /// Like a process that slept through its lease and wakes up late.
    @Test("An owner whose time is over writes nothing, and its callers know")
    func staleOwner() async throws {
        try await OwnedBooks.open { books in
            #expect(try await books.transfer(move(10)) == [.created])
            let superuser = try books.database.ownerPool(connections: 1)
            try await superuser.query(
                """
                UPDATE ledger_owner SET epoch = epoch + 1, lease_until = now() + interval '1 hour'
                """)
            let refusal = await failure { try await books.transfer(move(11)) }
            #expect(refusal?.code == .unavailable && refusal?.mayHaveRun == false)
            #expect(try await books.count(.transfer) == 1)
            let isStandby = try await eventually { !books.owner.isOwner }
            #expect(isStandby)
            await superuser.close()
        }
    }

    @Test("What no checkpoint has is replayed from the journal", arguments: [true, false])
    func restart(hasCheckpoint: Bool) async throws {
        let database = try await EphemeralDatabase.make(service: "ledger")
        var limits = OwnedBooks.limits
        limits.checkpointInterval = hasCheckpoint ? .milliseconds(1) : .seconds(3_600)
        try await OwnedBooks.open(database, limits: limits, ending: .crash) { books in
            try await books.waitUntilOwner()
            try await books.openTwoAccounts()
            #expect(
                try await books.transfer(
                    move(10, amount: 9, flags: .pending), move(11, amount: 5),
                    move(12, amount: 3, flags: .pending), move(13, from: 9)) == [
                        .created, .created, .created, .debitAccountNotFound,
                    ])
            #expect(try await books.transfer(settle(20, 10, .postPending, amount: 4)) == [.created])
            guard hasCheckpoint else { return }
            let pool = books.pool
            let isWritten = try await eventually {
                try await pool.query("SELECT FROM checkpoint WHERE at_us > 0").count == 1
            }
            #expect(isWritten)
        }
        try await OwnedBooks.open(database) { books in
            try await books.waitUntilOwner()
            #expect(
                try await books.balances(1) == [Balances(debitsPending: 3, debitsPosted: 9)])
            #expect(
                try await books.transfer(
                    settle(21, 10, .voidPending), settle(20, 10, .postPending, amount: 4),
                    move(13), settle(22, 12, .voidPending)) == [
                        .pendingTransferAlreadyPosted, .exists, .idAlreadyFailed, .created,
                    ])
            let finding = try await books.verify()
            #expect(finding.wrong == nil)
        }
    }

    /// Memory holds a handful of transfers; the journal knows the rest.
    @Test("An owner that has forgotten answers like one that has not", arguments: UInt64(1)...6)
    func forgetful(seed: UInt64) async throws {
        var limits = OwnedBooks.limits
        limits.recent = 3
        try await OwnedBooks.open(limits: limits) { books in
            var random = SplitMix(state: seed)
            var memory = Ledger()
            for number in UInt64(1)...4 {
                memory.load(
                    Account(
                        id: id(number), name: "\(number)", currency: "USD",
                        flags: number == 4 ? .debitsMustNotExceedCredits : []))
            }
            for step in 1...80 {
                let request = (0..<3).map { _ in Self.transfer(&random) }
                let expected = memory.createTransfers(
                    request, at: Timestamp(microseconds: Int64(step) * 1_000))
                let results = try await books.results(
                    of: .createTransfers(request, operation: nil))
                #expect(results == expected, "seed \(seed), step \(step): \(request)")
                guard results == expected else { return }
            }
            try await books.checkProof()
        }
    }

    private static func transfer(_ random: inout SplitMix) -> Transfer {
        func number(_ range: ClosedRange<UInt64>) -> UInt64 { .random(in: range, using: &random) }
        let linked: Transfer.Flags = number(1...5) == 1 ? .linked : []
        if number(1...2) == 1 {
            let flag: Transfer.Flags = number(1...2) == 1 ? .postPending : .voidPending
            return Transfer(
                id: id(number(100...160)), pendingID: id(number(100...160)),
                flags: flag.union(linked))
        }
        return move(
            number(100...160), from: number(1...4), to: number(1...5),
            flags: linked.union(number(1...3) == 1 ? [] : .pending))
    }
}

extension OwnedBooks {
    func openTwoAccounts() async throws {
        let opened = try await self.results(
            of: .createAccounts(
                (UInt64(1)...2).map {
                    Account(id: id($0), name: "account-\($0)", currency: "USD")
                }))
        #expect(opened == [.created, .created])
    }
}
