import Identifiers
import Money
import ReconciliationCore
import Testing

@Suite("Payments beside the ledger and the acquirer")
struct ReconciliationTests {
    @Test("Sides that agree have no findings", arguments: 1...50 as ClosedRange<UInt64>)
    func agreement(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var world = World(payments: 40, using: &random)
        world.shuffle(using: &random)
        let report = world.report
        #expect(report.findings.isEmpty, "seed \(seed)")
        #expect(report.matched(with: .ledger) == world.operations.count, "seed \(seed)")
        #expect(report.matched(with: .acquirer) == world.operations.count, "seed \(seed)")
        self.checkTotals(of: report, in: world, seed: seed)
    }

    @Test(
        "Each planted fault is found, and nothing else", arguments: 1...400 as ClosedRange<UInt64>)
    func plantedFaults(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var world = World(payments: 40, using: &random)
        // One a payment: two faults of one payment can make up for each other in the ledger.
        let byPayment = Dictionary(grouping: world.operations.indices) {
            world.operations[$0].paymentID
        }
        let places = byPayment.keys.sorted().shuffled(using: &random).prefix(6)
            .compactMap { byPayment[$0]?.randomElement(using: &random) }
        let expected = places.map { index in
            let fault = World.Fault.allCases.randomElement(using: &random) ?? .foreignLine
            return world.plant(fault, at: index)
        }
        world.removeLost()
        world.shuffle(using: &random)
        let report = world.report
        let found = report.findings.map(Expected.init)
        #expect(Set(found) == Set(expected), "seed \(seed)")
        #expect(found.count == expected.count, "seed \(seed)")
        self.checkTotals(of: report, in: world, seed: seed)
    }

    @Test("Every kind of fault is found alone", arguments: World.Fault.allCases)
    func eachFault(fault: World.Fault) {
        var random = SplitMix64(seed: 7)
        var world = World(payments: 5, using: &random)
        let expected = world.plant(fault, at: 0)
        world.removeLost()
        #expect(world.report.findings.map(Expected.init) == [expected])
    }

    @Test("The order of what goes in changes nothing", arguments: 1...50 as ClosedRange<UInt64>)
    func order(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var world = World(payments: 20, using: &random)
        for index in [0, 3, 7] {
            let fault = World.Fault.allCases.randomElement(using: &random) ?? .foreignLine
            _ = world.plant(fault, at: index)
        }
        world.removeLost()
        let first = world.report
        world.shuffle(using: &random)
        let second = world.report
        #expect(first.totals == second.totals, "seed \(seed)")
        #expect(
            first.findings.map(Expected.init) == second.findings.map(Expected.init), "seed \(seed)")
    }

    @Test("What is younger than the grace is not missed")
    func young() {
        let now = World.rules.asOf
        let operation = Movement(
            paymentID: "pi_1", id: "pi_1", subject: "pi_1", kind: .capture,
            amount: Money(100, .usd),
            at: now - .seconds(299))
        let line = SettledLine(
            reference: "pi_2/s/capture", kind: .capture, amount: Money(5, .usd),
            at: now - .seconds(299))
        let report = World.rules.compare([operation], ledger: [], acquirer: [line])
        #expect(report.findings.isEmpty)
        let notDue = report.totals.filter { $0.key.fate == .notDue }.values
        #expect(notDue.map(\.count).reduce(0, +) == 3)

        let later = Reconciliation(
            asOf: now + .seconds(2), grace: .seconds(300), period: World.period)
        #expect(later.compare([operation], ledger: []).findings.map(\.kind) == [.missingInLedger])
        #expect(later.compare([], acquirer: [line]).findings.map(\.kind) == [.missingInPayments])
    }

    @Test("A line is expected only of the file's own period, the grace away from its ends")
    func edges() {
        func kinds(at: Timestamp) -> [Finding.Kind] {
            let operation = Movement(
                paymentID: "pi_1", id: "pi_1", subject: "pi_1", kind: .capture,
                amount: Money(100, .usd),
                at: at)
            return World.rules.compare([operation], acquirer: []).findings.map(\.kind)
        }
        let period = World.period
        #expect(kinds(at: period.lowerBound - .seconds(1)) == [])
        #expect(kinds(at: period.lowerBound + .seconds(299)) == [])
        #expect(kinds(at: period.lowerBound + .seconds(300)) == [.missingAtAcquirer])
        #expect(kinds(at: period.upperBound - .seconds(301)) == [.missingAtAcquirer])
        #expect(kinds(at: period.upperBound - .seconds(300)) == [])
    }

    @Test("Every finding says where to look")
    func whereToLook() {
        for fault in World.Fault.allCases {
            var random = SplitMix64(seed: 3)
            var world = World(payments: 2, using: &random)
            _ = world.plant(fault, at: 0)
            world.removeLost()
            #expect(world.report.findings.allSatisfy { !$0.lookAt.isEmpty })
        }
    }

    /// The rows of each comparison add up to exactly what went in.
    private func checkTotals(of report: Report, in world: World, seed: UInt64) {
        func sums(_ counterpart: Counterpart, _ isOfPayments: Bool) -> SettlementTotals.Sums {
            report.totals.filter {
                $0.key.counterpart == counterpart && $0.key.isOfPayments == isOfPayments
            }.values.reduce(SettlementTotals.Sums()) {
                .init(
                    captured: $0.captured + $1.captured, refunded: $0.refunded + $1.refunded)
            }
        }
        func given(_ amounts: [(MovementKind, Money)]) -> SettlementTotals.Sums {
            var totals = SettlementTotals()
            for (kind, amount) in amounts { totals.add(kind, amount) }
            return totals.byCurrency.values.reduce(SettlementTotals.Sums()) {
                .init(
                    captured: $0.captured + $1.captured, refunded: $0.refunded + $1.refunded)
            }
        }
        let operations = given(world.operations.map { ($0.kind, $0.amount) })
        #expect(sums(.ledger, true) == operations, "seed \(seed)")
        #expect(sums(.acquirer, true) == operations, "seed \(seed)")
        #expect(
            sums(.ledger, false) == given(world.entries.map { ($0.kind, $0.amount) }),
            "seed \(seed)")
        #expect(
            sums(.acquirer, false) == given(world.lines.map { ($0.kind, $0.amount) }),
            "seed \(seed)")
    }
}
