internal import Identifiers
internal import LedgerCore
internal import RPC
internal import Testing

@testable internal import LedgerService

@Suite("The bank")
struct BankTests {
    /// Jepsen's bank: money moves between accounts at random while others read all of them.
    @Test("Whoever reads all balances at once always sees the same sum", arguments: [7, 8])
    func constantSum(seed: UInt64) async throws {
        try await OwnedBooks.open { books in
            let moves = 60
            try await withThrowingTaskGroup(of: Int.self) { group in
                for caller in UInt64(0)..<8 {
                    group.addTask {
                        var random = SplitMix(state: seed * 100 + caller)
                        for turn in 0..<moves {
                            let number = 1_000 + caller * 1_000 + UInt64(turn)
                            let debit = UInt64.random(in: 1...3, using: &random)
                            let results = try await books.transfer(
                                move(
                                    number, from: debit, to: debit % 3 + 1,
                                    amount: .random(in: 1...9, using: &random)))
                            #expect(results == [.created], "seed \(seed)")
                        }
                        return 0
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        var seen: Set<[Balances]> = []
                        for _ in 0..<moves {
                            let balances = try await books.balances(1, 2, 3)
                            let sum = balances.reduce(Int64(0)) {
                                $0 + $1.creditsPosted - $1.debitsPosted
                            }
                            #expect(sum == 0, "seed \(seed): \(balances)")
                            seen.insert(balances)
                        }
                        return seen.count
                    }
                }
                var states = 0
                for try await seen in group { states = max(states, seen) }
                #expect(states > 10, "the readers must have seen the money move")
            }
            try await books.checkProof()
        }
    }
}
