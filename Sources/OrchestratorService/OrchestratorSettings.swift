internal import SagaEngine
internal import ServiceKit

/// What can be configured of the orchestrator.
struct OrchestratorSettings: Hashable, Sendable {
    /// What is kept of a captured payment, in hundredths of a percent of its gross amount.
    var feeBasisPoints: Int64 = 290
    /// How long a saga belongs to an orchestrator that is not heard of.
    var lease: Duration = .seconds(10)
    /// When a saga that has not passed its pivot turns round.
    var sagaDeadline: Duration = .seconds(60)
    var sweepInterval: Duration = .milliseconds(500)
    /// How often payments whose capture is overdue are looked for.
    var expiryInterval: Duration = .seconds(60)
    /// How often payments whose sagas have ended are compared with the ledger and the acquirer.
    var reconcileInterval: Duration = .seconds(60)
    /// What is younger is not missed yet.
    var reconcileGrace: Duration = .seconds(60)
    var concurrency = 2048
    /// How long what needs a second operator waits for one.
    var approvalLifetime: Duration = .seconds(3600)

    init() {}

    /// - Throws: ``ConfigurationError`` that names the wrong key.
    init(_ settings: Settings) throws(ConfigurationError) {
        let usual = OrchestratorSettings()
        self.feeBasisPoints = Int64(
            try settings.integer(
                "fee-basis-points", default: Int(usual.feeBasisPoints), in: 0...10_000))
        self.lease = .seconds(try settings.integer("lease-seconds", default: 10, in: 1...3600))
        self.sagaDeadline = try settings.duration(
            "saga-deadline", default: usual.sagaDeadline, in: .seconds(1) ... .seconds(86_400))
        self.sweepInterval = try settings.duration(
            "sweep-interval", default: usual.sweepInterval,
            in: .milliseconds(10) ... .seconds(60))
        self.expiryInterval = try settings.duration(
            "expiry-interval", default: usual.expiryInterval,
            in: .milliseconds(100) ... .seconds(86_400))
        self.reconcileInterval = try settings.duration(
            "reconcile-interval", default: usual.reconcileInterval,
            in: .milliseconds(100) ... .seconds(86_400))
        self.reconcileGrace = try settings.duration(
            "reconcile-grace", default: usual.reconcileGrace,
            in: .milliseconds(1) ... .seconds(7 * 86_400))
        self.approvalLifetime = try settings.duration(
            "approval-lifetime", default: usual.approvalLifetime,
            in: .seconds(1) ... .seconds(7 * 86_400))
        self.concurrency = try settings.integer(
            "saga-concurrency", default: usual.concurrency, in: 1...1_000_000)
    }

    var engine: EngineConfiguration {
        EngineConfiguration(
            lease: lease, concurrency: concurrency, sweepInterval: sweepInterval)
    }
}
