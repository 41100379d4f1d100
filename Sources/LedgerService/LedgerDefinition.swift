internal import Identifiers
internal import LedgerCore
package import ServiceKit
internal import Stubs
package import TLS

/// The ledger: accounts, transfers and balances.
///
/// Settings of its own: `queue-limit`, the most events that wait for the owner; `lease`, how long a
/// standby waits for an owner that gives no sign of life; `checkpoint-interval` and
/// `sweep-interval`; `shard`, which part of the accounts this process is for.
package enum LedgerDefinition: ServiceDefinition {
    package static var role: Role { .ledger }
    package static var peers: [Role] { [] }

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let settings = environment.settings
        var limits = LedgerOwner.Limits()
        limits.queuedEvents = try settings.integer(
            "queue-limit", default: limits.queuedEvents, in: 1...10_000_000)
        limits.lease = try settings.duration("lease", default: limits.lease)
        limits.sweepInterval = try settings.duration(
            "sweep-interval", default: limits.sweepInterval)
        limits.checkpointInterval = try settings.duration(
            "checkpoint-interval", default: limits.checkpointInterval)
        let shard = Int16(try settings.integer("shard", default: 0, in: 0...Int(Int16.max)))
        let owner = LedgerOwner(
            database: environment.database, shard: shard,
            holder: environment.identifiers.next(SagaKind.self).uuid, clock: environment.clock,
            limits: limits, logger: environment.logger)
        let indexer = JournalIndexer(
            database: environment.database, shard: shard, commits: { owner.commitCount },
            logger: environment.logger)
        return ServiceParts(
            methods: LedgerHandler(
                owner: owner,
                queries: JournalQueries(database: environment.database, shard: shard)
            ).methods,
            background: [owner, indexer], isServing: { owner.isOwner })
    }
}
