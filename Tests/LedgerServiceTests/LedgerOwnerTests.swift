internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import Synchronization
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ledger owner")
struct LedgerOwnerTests {
    @Test("Callers at once on one hot account lose nothing and share commits")
    func hotAccount() async throws {
        try await OwnedBooks.open { books in
            try await withThrowingTaskGroup(of: [ResultCode].self) { group in
                for caller in UInt64(0)..<100 {
                    group.addTask {
                        var results: [ResultCode] = []
                        for turn in UInt64(0)..<10 {
                            results += try await books.transfer(move(1_000 + caller * 10 + turn))
                        }
                        return results
                    }
                }
                for try await results in group {
                    #expect(results.allSatisfy { $0 == .created })
                }
            }
            #expect(
                try await books.balances(1, 2) == [
                    Balances(debitsPosted: 1_000), Balances(creditsPosted: 1_000),
                ])
            try await books.checkProof()
            let commits = try await books.pool.query("SELECT count(*) FROM journal_commit")
            let commitCount = try commits.first?.int64(0) ?? .max
            #expect(commitCount < 500)
        }
    }

    @Test("Writes a pending transfer, its post, its void and its expiry")
    func pending() async throws {
        try await OwnedBooks.open { books in
            let opened = try await books.transfer(
                move(10, amount: 5, flags: .pending), move(11, amount: 7, flags: .pending),
                move(12, amount: 9, flags: .pending, timeoutSeconds: 60))
            #expect(opened == [.created, .created, .created])
            #expect(try await books.balances(1) == [Balances(debitsPending: 21)])
            #expect(
                try await books.transfer(settle(20, 10, .postPending, amount: 3)) == [.created])
            #expect(try await books.transfer(settle(21, 11, .voidPending)) == [.created])
            books.clock.advance(by: .seconds(61))
            #expect(
                try await books.transfer(settle(22, 12, .postPending)) == [.pendingTransferExpired])
            let isSwept = try await eventually {
                try await books.balances(1) == [Balances(debitsPosted: 3)]
            }
            #expect(isSwept)
            let records = try await books.queries.transfers([id(10), id(11), id(12), id(20)])
            #expect(records.map(\.pending) == [.posted, .voided, .expired, nil])
            #expect(records.map(\.transfer.amount) == [5, 7, 9, 3])
            #expect(try await books.count(.expiry) == 1)
            try await books.checkProof()
        }
    }

    @Test("A chain sent twice happens once, and the second answer says that all is well")
    func repeatedChain() async throws {
        try await OwnedBooks.open { books in
            let chain = [
                move(10, amount: 5, flags: [.linked, .pending]),
                move(11, from: 2, to: 3, amount: 2, flags: .pending),
            ]
            let request = LedgerRequest.createTransfers(chain, operation: nil)
            async let one = books.results(of: request)
            async let two = books.results(of: request)
            let answers = try await [one, two]
            #expect(answers.contains([.created, .created]))
            #expect(answers.contains([.exists, .exists]))
            #expect(try await books.count(.transfer) == 2)
            #expect(try await books.balances(1) == [Balances(debitsPending: 5)])
        }
    }

    @Test("A broken chain leaves no row, but the spent id stays spent")
    func brokenChain() async throws {
        try await OwnedBooks.open { books in
            let chain = [move(10, flags: .linked), move(11, from: 4, to: 3, amount: 99)]
            let request = LedgerRequest.createTransfers(chain, operation: nil)
            let refused = try await books.results(of: request)
            #expect(refused == [.linkedEventFailed, .exceedsCredits])
            #expect(try await books.count(.transfer) == 0)
            #expect(try await books.count(.failure) == 1)
            #expect(try await books.balances(1) == [Balances()])
            #expect(try await books.transfer(move(12, to: 4, amount: 100)) == [.created])
            #expect(
                try await books.results(of: request) == [.linkedEventFailed, .idAlreadyFailed])
        }
    }

    @Test("Keeps the journal's times rising when the clock is set back")
    func clockSetBack() async throws {
        try await OwnedBooks.open { books in
            #expect(try await books.transfer(move(10)) == [.created])
            books.clock.advance(by: .seconds(-3_600))
            #expect(try await books.transfer(move(11)) == [.created])
            let newest = try await books.queries.transfers(TransferQuery(limit: 10))
            #expect(newest.map(\.transfer.id) == [id(11), id(10)])
        }
    }

    @Test("Refuses at once, and surely did nothing, when too much waits")
    func fullQueue() async throws {
        var queue = RequestQueue(eventLimit: 3)
        let pair = LedgerRequest.createTransfers([move(1), move(2)], operation: nil)
        let _: LedgerAnswer = await withCheckedContinuation { caller in
            let first = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(first == nil)
            let full = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(full?.reason == .unavailable && full?.mayHaveRun == false)
            #expect(queue.takeBatch(events: 1).count == 1)
            queue.close(because: .draining)
            let closed = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(closed?.reason == .draining && closed?.mayHaveRun == false)
            caller.resume(returning: .success(.results([])))
        }
    }

    @Test("Who waits too long is taken out ahead of the others, and makes room")
    func lateRequests() async throws {
        var queue = RequestQueue(eventLimit: 3)
        let pair = LedgerRequest.createTransfers([move(1), move(2)], operation: nil)
        let now = ContinuousClock.now
        let _: LedgerAnswer = await withCheckedContinuation { caller in
            for second in [0, 4] {
                // The second makes four events: it is let in only after the first has left.
                let late = queue.takeLate(before: now + .seconds(second - 1))
                #expect(late.count == (second == 0 ? 0 : 1))
                let refused = Self.refusal(of: { () throws(RPCError) in
                    try queue.append(pair, caller, at: now + .seconds(second))
                })
                #expect(refused == nil)
            }
            #expect(queue.takeBatch(events: 10).map(\.since) == [now + .seconds(4)])
            caller.resume(returning: .success(.results([])))
        }
    }

    private static func refusal(of body: () throws(RPCError) -> Void) -> RPCError? {
        do throws(RPCError) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
