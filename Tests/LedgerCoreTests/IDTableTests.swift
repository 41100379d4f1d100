internal import Identifiers
internal import LedgerCore
internal import Testing

@Suite("Table of ids")
struct IDTableTests {
    @Test("Agrees with a dictionary through growth and removal", arguments: UInt64(1)...10)
    func agreesWithDictionary(seed: UInt64) {
        var random = SplitMix(state: seed)
        var table = IDTable<Int>()
        var dictionary: [UUID128: Int] = [:]
        for step in 0..<20_000 {
            let id = UUID128(
                high: UInt64.random(in: 0...1, using: &random),
                low: UInt64.random(in: 1...900, using: &random))
            if Bool.random(using: &random) {
                table[id] = step
                dictionary[id] = step
            } else {
                let removed = table.removeValue(of: id)
                #expect(removed == dictionary.removeValue(forKey: id), "seed \(seed), step \(step)")
            }
        }
        #expect(table.count == dictionary.count, "seed \(seed)")
        for (id, value) in dictionary { #expect(table[id] == value, "seed \(seed)") }
        #expect(zip(table.keys, table.values).allSatisfy { dictionary[$0] == $1 }, "seed \(seed)")
    }

    @Test("Forgets the oldest beyond the limit, and only when told")
    func recent() {
        var recent = RecentTable<Int>(limit: 3)
        for number in 1...5 { recent[UUID128(high: 0, low: UInt64(number))] = number }
        #expect(recent.count == 5)
        let forgotten = recent.trim()
        #expect(forgotten == 2)
        #expect(recent.values.sorted() == [3, 4, 5])
        let forgottenAfter = recent.trim()
        #expect(forgottenAfter == nil)
    }
}
