internal import Identifiers
internal import ReconciliationCore
internal import ReconciliationReading

/// Reads what the services know of a period, and compares it with the acquirer's file.
struct Comparison {
    let reader: PaymentReader
    let period: Range<Timestamp>
    /// What is younger is not missed yet.
    let grace: Duration
    /// How long before the period a payment may have been made that was captured in it.
    let lookBack: Duration
    /// How many payments are read at once.
    let concurrency: Int

    func report(on file: SettlementFile) async throws -> Report {
        let rules = Reconciliation(
            asOf: SystemClock().now(), grace: self.grace, period: self.period)
        let progress = Progress()
        let search = PaymentSearch(
            reader: self.reader, period: rules.period, lookBack: self.lookBack,
            progress: progress)
        let found = try await search.find(for: file)
        var operations: [Movement] = []
        var entries = found.strays
        try await Bounded.each(found.payments, atOnce: self.concurrency) {
            try await self.reader.life(of: $0)
        } take: { life in
            operations += life.operations
            entries += life.entries
            let count = progress.next()
            progress.tell("read \(count) of \(found.payments.count) payments")
        }
        return rules.compare(operations, ledger: entries, acquirer: file.lines)
    }
}
