import DevSystem
import Foundation
import Logging
import NIOPosix
import RPC
import Stubs
import Synchronization
import TLS
import TestKit

/// The whole system as `florin dev` runs it: a process for each service, a PostgreSQL and
/// certificates of its own, in a data folder of its own.
final class RunningSystem: Sendable {
    /// One service's configuration key, or a peer's other address.
    struct Change: Sendable {
        var peerProxies: [DevOptions.PeerProxy] = []
        var settings: [DevOptions.Setting] = []

        /// What the acquirer has not done after seconds it will never do.
        static let impatient = Change(
            settings: ["payment", "refund"].flatMap { service in
                [
                    .init(service: service, key: "acquirer-window", value: "4s"),
                    .init(service: service, key: "acquirer-margin", value: "1s"),
                ]
            })
    }

    private static let systems = Atomic<Int>(0)

    private let dev: DevSystem
    private let clients: [Role: RPCClient]
    private let operatorClients: [Role: RPCClient]

    /// As the merchant's own services see it.
    var payments: PaymentServiceClient { .init(Self.pick(self.clients, .payment)) }
    var refunds: RefundServiceClient { .init(Self.pick(self.clients, .refund)) }
    var rates: FXServiceClient { .init(Self.pick(self.clients, .fx)) }
    var ledger: LedgerServiceClient { .init(Self.pick(self.clients, .ledger)) }
    var orchestrator: OrchestratorServiceClient { .init(Self.pick(self.clients, .orchestrator)) }
    /// As an operator sees it.
    var admin: SagaAdminServiceClient { .init(Self.pick(self.operatorClients, .orchestrator)) }
    var acquirer: AcquirerServiceClient { .init(Self.pick(self.operatorClients, .acquirer)) }
    var ratesAdmin: FXServiceClient { .init(Self.pick(self.operatorClients, .fx)) }
    var ledgerAdmin: LedgerServiceClient { .init(Self.pick(self.operatorClients, .ledger)) }

    private init(_ dev: DevSystem) async throws {
        self.dev = dev
        let state = await dev.state
        self.clients = try Self.connect(as: .client, state)
        self.operatorClients = try Self.connect(as: .operator, state)
    }

    private static func pick(_ clients: [Role: RPCClient], _ role: Role) -> any RPC.Channel {
        guard let client = clients[role] else {
            preconditionFailure("every service of the catalog is in dev.json: \(role)")
        }
        return client
    }

    private static func connect(as role: Role, _ state: DevState) throws -> [Role: RPCClient] {
        let tls = try TLSContext(certificates: state.certificates, role: role, side: .client)
        var clients: [Role: RPCClient] = [:]
        for (name, service) in state.services {
            guard let peer = Role(rawValue: name), let endpoint = Endpoint(parsing: service.address)
            else {
                continue
            }
            clients[peer] = RPCClient(
                endpoint: endpoint, peer: peer, tls: tls,
                group: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        return clients
    }

    /// Starts a system with short waits: a crash is noticed after seconds, not minutes. A key that
    /// `change` names again takes its value from there.
    ///
    /// Its processes end with this one, however this one ends.
    static func start(_ change: Change = Change()) async throws -> RunningSystem {
        var options = DevOptions(layout: DevLayout(data: try TemporaryFolder.make("system")))
        options.basePort = 21_000 + 20 * Self.systems.add(1, ordering: .relaxed).newValue
        options.restartDelay = .milliseconds(200)
        options.peerProxies = change.peerProxies
        options.settings =
            [
                .init(service: "orchestrator", key: "lease-seconds", value: "2"),
                .init(service: "payment", key: "acquirer-timeout", value: "1s"),
                .init(service: "refund", key: "acquirer-timeout", value: "1s"),
            ] + change.settings
        let system = try await RunningSystem(DevSystem.start(options))
        try await system.importRates()
        return system
    }

    /// Runs `body` with a system of its own and leaves nothing behind.
    static func with(
        _ change: Change = Change(), _ body: (RunningSystem) async throws -> Void
    ) async throws {
        let system = try await self.start(change)
        do {
            try await body(system)
        } catch {
            await system.stop()
            throw error
        }
        await system.stop()
    }

    private func stop() async {
        for client in self.clients.values { await client.close() }
        for client in self.operatorClients.values { await client.close() }
        await self.dev.stop()
    }

    var state: DevState {
        get async { await self.dev.state }
    }

    var layout: DevLayout { self.dev.options.layout }

    /// Ends a service at once, as a crash does; the supervisor starts it again.
    func kill(_ role: Role) async {
        await self.state.services[role.rawValue]?.process?.signal(SIGKILL)
    }
}

/// Systems that many tests use: starting one takes seconds.
actor SharedSystem {
    private static let busy = SharedSystem()
    private static let idle = SharedSystem()
    private var system: Task<RunningSystem, any Error>?

    static func get() async throws -> RunningSystem { try await self.busy.value() }

    /// One on which nobody else moves money, so that its rows can be counted.
    static func quiet() async throws -> RunningSystem { try await self.idle.value() }

    private func value() async throws -> RunningSystem {
        let task = self.system ?? Task { try await RunningSystem.start(.impatient) }
        self.system = task
        return try await task.value
    }
}
