internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import Synchronization
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ledger writer")
struct LedgerWriterTests {
    @Test("Callers at once on one hot account lose nothing and share commits")
    func hotAccount() async throws {
        try await Books.open { books in
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
            #expect(try await books.balances(1)?.debitsPosted == 1_000)
            #expect(try await books.balances(2)?.creditsPosted == 1_000)
            try await books.checkSums()
            let times = try await books.pool.query(
                "SELECT count(DISTINCT created_us) FROM transfer")
            #expect(try times.first?.int64(0) == 1_000)
        }
    }

    /// Their clocks never show the same time: were they to decide at once, no two events would have
    /// the same time to be found out by.
    @Test("Two processes take turns on the same accounts, and neither overdraws one")
    func twoWriters() async throws {
        try await Books.open(runningClock: SecondsClock(offset: 0)) { first in
            // 200 to spend; twenty callers of two writers try to spend 1 twenty times each.
            let funded = try await first.transfer(move(9, to: 4, amount: 200))
            #expect(funded == [.created])
            let other = SecondsClock(offset: 500_000)
            try await Books.open(first.database, runningClock: other) { second in
                try await withThrowingTaskGroup(of: [ResultCode].self) { group in
                    for caller in UInt64(0)..<20 {
                        let books = caller.isMultiple(of: 2) ? first : second
                        group.addTask {
                            var results: [ResultCode] = []
                            for turn in UInt64(0)..<20 {
                                let number = 100 + caller * 20 + turn
                                results += try await books.transfer(move(number, from: 4, to: 3))
                            }
                            return results
                        }
                    }
                    var results: [ResultCode: Int] = [:]
                    for try await result in group {
                        for code in result { results[code, default: 0] += 1 }
                    }
                    #expect(results == [.created: 200, .exceedsCredits: 200])
                }
            }
            let balances = try await first.balances(4)
            #expect(balances == Balances(debitsPosted: 200, creditsPosted: 200))
            try await first.checkSums()
        }
    }

    @Test("Writes a pending transfer, its post, its void and its expiry")
    func pending() async throws {
        try await Books.open { books in
            let opened = try await books.transfer(
                move(10, amount: 5, flags: .pending), move(11, amount: 7, flags: .pending),
                move(12, amount: 9, flags: .pending, timeoutSeconds: 60))
            #expect(opened == [.created, .created, .created])
            #expect(try await books.balances(1) == Balances(debitsPending: 21))
            #expect(
                try await books.transfer(settle(20, 10, .postPending, amount: 3)) == [.created])
            #expect(try await books.transfer(settle(21, 11, .voidPending)) == [.created])
            books.clock.advance(by: .seconds(59))
            let sweeper = LedgerSweeper(
                store: books.store, writer: books.writer, interval: .seconds(1),
                logger: Logger(label: "test"))
            #expect(try await sweeper.sweep() == 0)
            books.clock.advance(by: .seconds(2))
            #expect(
                try await books.transfer(settle(22, 12, .postPending)) == [.pendingTransferExpired])
            #expect(try await books.balances(1) == Balances(debitsPending: 9, debitsPosted: 3))
            #expect(try await sweeper.sweep() == 1)
            #expect(try await sweeper.sweep() == 0)
            #expect(try await books.balances(1) == Balances(debitsPosted: 3))
            let records = try await books.store.transfers([id(10), id(11), id(12), id(20)])
            #expect(records.map { $0.pending?.status } == [.posted, .voided, .expired, nil])
            #expect(records.map(\.transfer.amount) == [5, 7, 9, 3])
            try await books.checkSums()
        }
    }

    @Test("A chain sent twice happens once, and the second answer says that all is well")
    func repeatedChain() async throws {
        try await Books.open { books in
            let chain = [
                move(10, amount: 5, flags: [.linked, .pending]),
                move(11, from: 2, to: 3, amount: 2, flags: .pending),
            ]
            let request = LedgerRequest.createTransfers(chain, operation: nil)
            async let one = books.writer.submit(request)
            async let two = books.writer.submit(request)
            let answers = try await [one, two]
            #expect(answers.contains([.created, .created]))
            #expect(answers.contains([.exists, .exists]))
            #expect(try await books.count("transfer") == 2)
            #expect(try await books.balances(1) == Balances(debitsPending: 5))
        }
    }

    @Test("A broken chain leaves no row, but the spent id stays spent")
    func brokenChain() async throws {
        try await Books.open { books in
            let chain = [move(10, flags: .linked), move(11, from: 4, to: 3, amount: 99)]
            let request = LedgerRequest.createTransfers(chain, operation: nil)
            let refused = try await books.writer.submit(request)
            #expect(refused == [.linkedEventFailed, .exceedsCredits])
            #expect(try await books.count("transfer") == 0)
            #expect(try await books.count("transfer_failure") == 1)
            #expect(try await books.balances(1) == Balances())
            #expect(try await books.transfer(move(12, to: 4, amount: 100)) == [.created])
            #expect(
                try await books.writer.submit(request) == [.linkedEventFailed, .idAlreadyFailed])
        }
    }

    @Test("Keeps the journal's times rising when the clock is set back")
    func clockSetBack() async throws {
        try await Books.open { books in
            #expect(try await books.transfer(move(10)) == [.created])
            books.clock.advance(by: .seconds(-3_600))
            #expect(try await books.transfer(move(11)) == [.created])
            let newest = try await books.store.listTransfers(
                accountID: id(1), userData: nil, before: nil, limit: 10)
            #expect(newest.map(\.transfer.id) == [id(11), id(10)])
        }
    }

    @Test("Refuses at once, and surely did nothing, when too much waits")
    func fullQueue() async throws {
        var queue = WriterQueue(eventLimit: 3)
        let pair = LedgerRequest.createTransfers([move(1), move(2)], operation: nil)
        let _: LedgerAnswer = await withCheckedContinuation { caller in
            let first = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(first == nil)
            let full = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(full?.reason == .unavailable && full?.mayHaveRun == false)
            #expect(queue.takeBatch(events: 1).count == 1)
            queue.close()
            let closed = Self.refusal(of: { () throws(RPCError) in try queue.append(pair, caller) })
            #expect(closed?.reason == .draining && closed?.mayHaveRun == false)
            caller.resume(returning: .success([]))
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

    @Test("The role that runs the ledger cannot change its journal")
    func journalIsAppendOnly() async throws {
        try await Books.open { books in
            let made = try await books.transfer(move(10))
            #expect(made == [.created])
            for statement in [
                "UPDATE transfer SET amount = 2", "DELETE FROM transfer", "DELETE FROM account",
                "UPDATE account SET name = 'x'", "DELETE FROM transfer_failure",
            ] {
                await #expect(throws: PostgresError.self) { try await books.pool.query(statement) }
            }
        }
    }
}

/// A second passes with each look at it.
private final class SecondsClock: WallClock {
    private let time: Mutex<Timestamp>

    /// - Parameter offset: Microseconds after the full second.
    init(offset: Int64) {
        self.time = Mutex(Timestamp(microseconds: 1_767_225_600_000_000 + offset))
    }

    func now() -> Timestamp {
        self.time.withLock { time in
            time = time + .seconds(1)
            return time
        }
    }
}
