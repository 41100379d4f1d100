internal import Identifiers
internal import Logging
internal import Messages
internal import Money
internal import RPC
internal import ReconciliationCore
internal import ReconciliationReading
internal import SagaEngine
internal import Stubs
internal import Synchronization

/// Compares payments whose sagas have ended with the ledger and the acquirer, and freezes those
/// that do not agree: that one payment, and no other.
final class ReconciliationSweep: Sendable {
    private static let batchSize = 100

    private let queue: ReconciliationQueue
    private let reader: PaymentReader
    private let acquirer: AcquirerServiceClient
    private let interval: Duration
    private let grace: Duration
    private let clock: any WallClock
    private let timer: any SagaTimer
    private let logger: Logger
    private let metrics: ReconciliationMetrics
    private let isStopped = Atomic(false)

    init(
        queue: ReconciliationQueue, reader: PaymentReader, acquirer: AcquirerServiceClient,
        settings: OrchestratorSettings, metrics: ReconciliationMetrics, clock: any WallClock,
        timer: any SagaTimer, logger: Logger
    ) {
        self.metrics = metrics
        self.queue = queue
        self.reader = reader
        self.acquirer = acquirer
        self.interval = settings.reconcileInterval
        self.grace = settings.reconcileGrace
        self.clock = clock
        self.timer = timer
        self.logger = logger
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func run() async {
        while (try? await timer.sleep(for: interval)) != nil, !isStopped.load(ordering: .relaxed) {
            do {
                while try await compareBatch(), !isStopped.load(ordering: .relaxed) {}
                metrics.ran(at: clock.now().microseconds / 1_000_000)
            } catch {
                // The batch is compared again: nothing moved on.
                logger.warning("payments not reconciled", metadata: ["error": "\(error)"])
            }
        }
    }

    /// - Returns: Whether another batch may follow at once.
    private func compareBatch() async throws -> Bool {
        let now = clock.now()
        guard
            let batch = try await queue.next(
                endedBefore: now - grace - grace, limit: Self.batchSize)
        else { return false }
        let lives = try await read(batch.payments)
        let lines = try await settled(lives.map(\.id.description))
        let rules = Reconciliation(
            asOf: now, grace: grace,
            period: Timestamp(microseconds: 0)..<Timestamp(microseconds: .max))
        let report = rules.compare(
            lives.flatMap(\.operations), ledger: lives.flatMap(\.entries), acquirer: lines)
        try await freeze(report.findings, among: lives)
        guard try await queue.advance(past: batch) else { return batch.isFull }
        // Counted by whoever moved on, so that two orchestrators do not count twice.
        metrics.compared(lives.count)
        for finding in report.findings { metrics.found(finding) }
        return batch.isFull
    }

    /// A few at a time. One that cannot be understood is passed over, so that the others go on.
    private func read(_ payments: [PaymentID]) async throws -> [PaymentLife] {
        try await withThrowingTaskGroup(of: PaymentLife?.self) { group in
            var rest = payments[...]
            for id in rest.prefix(8) { group.addTask { try await self.read(id) } }
            rest = rest.dropFirst(8)
            var lives: [PaymentLife] = []
            while let life = try await group.next() {
                if let life { lives.append(life) }
                if let id = rest.popFirst() { group.addTask { try await self.read(id) } }
            }
            return lives
        }
    }

    /// - Throws: What may pass: a service that does not answer.
    private func read(_ id: PaymentID) async throws -> PaymentLife? {
        do {
            return try await reader.life(of: id)
        } catch {
            guard case .refused = Verdict(error) else { throw error }
            metrics.unreadable()
            logger.error(
                "payment cannot be compared", metadata: ["payment": "\(id)", "error": "\(error)"])
            return nil
        }
    }

    private func settled(_ subjects: [String]) async throws -> [SettledLine] {
        var lines: [SettledLine] = []
        var rest = subjects[...]
        while !rest.isEmpty {
            let request = AcquirerV1.ListSettledRequest(subjects: Array(rest.prefix(100)))
            try await acquirer.eachSettled(request, options: reader.options) { lines += $0 }
            rest = rest.dropFirst(100)
        }
        return lines
    }

    /// Freezes each payment for its first finding; a payment that is frozen already stays so. Where
    /// there is no payment, there is nothing to freeze, and the log tells.
    private func freeze(_ findings: [Finding], among lives: [PaymentLife]) async throws {
        var unfrozen = Set(lives.filter { $0.payment != nil }.map(\.id.description))
        for finding in findings {
            log(finding)
            guard unfrozen.remove(finding.paymentID) != nil else { continue }
            _ = try await reader.payments.freezePayment(
                PaymentV1.FreezePaymentRequest(
                    paymentID: finding.paymentID, reason: finding.freezeReason),
                options: reader.options)
        }
    }

    private func log(_ finding: Finding) {
        logger.error(
            "payment does not agree",
            metadata: [
                "payment": "\(finding.paymentID)", "kind": "\(finding.kind.rawValue)",
                "counterpart": "\(finding.counterpart.rawValue)",
                "expected": "\(finding.expected?.description ?? "")",
                "found": "\(finding.found?.description ?? "")",
                "reference": "\(finding.reference)",
            ])
    }
}

extension Finding {
    /// "reconciliation: amount_differs with the acquirer, expected 10.00 USD, found 11.00 USD"
    fileprivate var freezeReason: String {
        let amounts = [("expected", expected), ("found", found)].compactMap { name, amount in
            amount.map { ", \(name) \($0)" }
        }
        return "reconciliation: \(kind.rawValue) with the \(counterpart.rawValue)"
            + amounts.joined()
    }
}
