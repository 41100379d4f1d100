internal import GatewayCore
internal import Identifiers
internal import RPC
package import ServiceKit
internal import Stubs
package import TLS

/// The HTTP API, shaped as Stripe's, and the administration of its keys by RPC.
///
/// Settings of its own: see ``GatewaySettings``.
package enum GatewayProcess: ServiceDefinition {
    package static let role = Role.gateway
    package static let peers: [Role] = [.orchestrator, .payment, .refund, .fx, .ledger]

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let settings = try GatewaySettings(environment.settings)
        let store = GatewayStore(database: environment.database)
        let id = environment.identifiers.next(RootKind.self).uuid
        let idempotency = IdempotencyStore(
            database: environment.database, owner: id, logger: environment.logger)
        let instances = Instances(
            id: id, database: environment.database, store: idempotency,
            logger: environment.logger)
        // Before the first request: what it leaves must be known as one's that was alive.
        try await instances.beat()
        let api = API(
            store: store, idempotency: idempotency,
            payments: PaymentServiceClient(try environment.channel(to: .payment)),
            refunds: RefundServiceClient(try environment.channel(to: .refund)),
            orchestrator: OrchestratorServiceClient(try environment.channel(to: .orchestrator)),
            fx: FXServiceClient(try environment.channel(to: .fx)),
            ledger: LedgerServiceClient(try environment.channel(to: .ledger)),
            clock: environment.clock, patience: settings.patience)
        let responder = Responder(
            api: api, keys: KeyRing(store: store, clock: environment.clock),
            limiter: Limiter(settings.usage, instances: instances),
            identifiers: environment.identifiers, bodyLimit: settings.http.body,
            logger: environment.logger)
        let sessions = ConsoleSessions(database: environment.database, clock: environment.clock)
        let traffic = HTTPTraffic(environment.metrics)
        let sampler = TrafficSampler(
            traffic: traffic,
            admin: SagaAdminServiceClient(try environment.channel(to: .orchestrator)),
            logger: environment.logger)
        let console = ConsoleResponder(
            console: try Self.console(environment, sampler), sessions: sessions,
            isSecure: settings.publicURL.hasPrefix("https://"), logger: environment.logger)
        let front = HTTPFront(
            settings.address, limits: settings.http,
            responder: Site(api: responder, console: console, traffic: traffic),
            logger: environment.logger)
        let admin = GatewayAdmin(
            store: store, sessions: sessions, publicURL: settings.publicURL,
            clock: environment.clock, identifiers: environment.identifiers)
        return ServiceParts(
            methods: admin.methods, background: [idempotency.service, instances, sampler, front],
            isServing: { front.isListening })
    }

    private static func console(
        _ environment: ServiceEnvironment, _ sampler: TrafficSampler
    ) throws -> Console {
        Console(
            payments: PaymentServiceClient(try environment.channel(to: .payment)),
            refunds: RefundServiceClient(try environment.channel(to: .refund)),
            admin: SagaAdminServiceClient(try environment.channel(to: .orchestrator)),
            fx: FXServiceClient(try environment.channel(to: .fx)),
            ledger: LedgerServiceClient(try environment.channel(to: .ledger)),
            sampler: sampler, clock: environment.clock)
    }
}
