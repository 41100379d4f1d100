internal import GatewayCore
internal import Identifiers
internal import NIOPosix
internal import RPC
package import ServiceKit
internal import ServiceLifecycle
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
            clock: environment.clock, patience: settings.patience, webhooks: settings.webhooks)
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
            methods: admin.methods,
            background: [idempotency.service, instances, sampler, front]
                + (try Self.telling(settings, environment)),
            isServing: { front.isListening })
    }

    /// What tells merchants of events.
    private static func telling(
        _ settings: GatewaySettings, _ environment: ServiceEnvironment
    ) throws -> [any Service] {
        let bell = Doorbell()
        let counters = WebhookCounters(environment.metrics)
        let sources = [
            EventSource.payments(try environment.channel(to: .payment)),
            EventSource.refunds(try environment.channel(to: .refund)),
        ]
        let relays = sources.map { source in
            EventRelay(
                EventImport(database: environment.database, source: source), bell: bell,
                metrics: environment.metrics, logger: environment.logger)
        }
        let client = WebhookClient(
            tls: try Self.webTLS(settings), limits: settings.webhooks,
            group: MultiThreadedEventLoopGroup.singleton)
        let deliverer = Deliverer(
            store: DeliveryStore(database: environment.database), client: client,
            limits: settings.deliveries, clock: environment.clock, counters: counters, bell: bell,
            logger: environment.logger)
        let upkeep = WebhookUpkeep(
            database: environment.database, counters: counters,
            giveUpAfter: settings.deliveries.retries.giveUpAfter,
            keepEvents: settings.eventRetention, clock: environment.clock,
            logger: environment.logger)
        return relays + [deliverer, upkeep] + self.publishing(settings, environment)
    }

    /// What publishes events to a broker, if there is one.
    private static func publishing(
        _ settings: GatewaySettings, _ environment: ServiceEnvironment
    ) -> [any Service] {
        guard let broker = settings.broker else { return [] }
        let store = PublicationStore(database: environment.database)
        let counters = PublicationCounters(environment.metrics)
        return [
            EventPublisher(
                store: store, broker: JetStreamBroker(broker), counters: counters,
                logger: environment.logger),
            PublicationGauges(store: store, counters: counters, logger: environment.logger),
        ]
    }

    private static func webTLS(_ settings: GatewaySettings) throws(ConfigurationError)
        -> WebTLSContext
    {
        do {
            return try WebTLSContext(authorities: settings.webhookAuthorities)
        } catch {
            throw ConfigurationError(
                field: "webhook-authorities", problem: "\(error)",
                hint: "Debian has what browsers believe in the package ca-certificates.")
        }
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
            store: GatewayStore(database: environment.database), sampler: sampler,
            clock: environment.clock)
    }
}
