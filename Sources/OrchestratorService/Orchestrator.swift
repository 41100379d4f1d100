internal import Identifiers
internal import SagaCore
internal import SagaEngine
package import ServiceKit
internal import Stubs
package import TLS

/// The service that drives payments through the others: starts sagas, carries them out, and lets
/// operators look at them.
package enum Orchestrator: ServiceDefinition {
    package static let role = Role.orchestrator
    package static let peers: [Role] = [.payment, .refund, .fx, .ledger, .acquirer]

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let settings = try OrchestratorSettings(environment.settings)
        let flows = try FlowBook()
        let timer = SystemTimer()
        let participants = Participants(
            payment: try environment.channel(to: .payment),
            refund: try environment.channel(to: .refund),
            fx: try environment.channel(to: .fx),
            ledger: try environment.channel(to: .ledger), metrics: environment.metrics)
        let store = PostgresSagaStore(
            database: environment.database, flows: flows,
            owner: environment.identifiers.next(SagaKind.self).uuid, timer: timer,
            logger: environment.logger)
        let engine = Engine(
            store: store,
            executor: FlowExecutor(
                flows: flows, participants: participants, logger: environment.logger),
            configuration: settings.engine, clock: environment.clock, timer: timer,
            random: { UInt64.random(in: .min ... .max) }, logger: environment.logger)
        let frontDoor = FrontDoor(
            engine: engine, flows: flows, participants: participants, settings: settings,
            clock: environment.clock, identifiers: environment.identifiers)
        let admin = SagaAdmin(
            database: environment.database, flows: flows, participants: participants,
            clock: environment.clock, identifiers: environment.identifiers,
            approvalLifetime: settings.approvalLifetime, watchers: Watchers(timer: timer))
        let expiry = ExpirySweep(
            frontDoor: frontDoor, interval: settings.expiryInterval, clock: environment.clock,
            timer: timer, logger: environment.logger)
        let reconciliation = ReconciliationSweep(
            queue: ReconciliationQueue(database: environment.database),
            reader: participants.reader(timeout: .seconds(5)),
            acquirer: AcquirerServiceClient(try environment.channel(to: .acquirer)),
            settings: settings, metrics: ReconciliationMetrics(environment.metrics),
            clock: environment.clock, timer: timer, logger: environment.logger)
        return ServiceParts(
            methods: frontDoor.methods + admin.methods,
            background: [
                SagaDriver(
                    engine: engine, writer: store.writer, expiry: expiry,
                    reconciliation: reconciliation)
            ])
    }
}
