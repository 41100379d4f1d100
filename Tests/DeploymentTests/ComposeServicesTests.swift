internal import AcquirerSandbox
internal import DevSystem
internal import FXService
internal import Foundation
internal import GatewayService
internal import LedgerService
internal import OrchestratorService
internal import PaymentService
internal import RefundService
internal import ServiceKit
internal import TLS
internal import Testing

@Suite("Services of the deployment")
struct ComposeServicesTests {
    static let definitions: [any ServiceDefinition.Type] = [
        AcquirerProcess.self, LedgerDefinition.self, FXDefinition.self, RefundProcess.self,
        PaymentProcess.self, Orchestrator.self, GatewayProcess.self,
    ]

    @Test("The catalog names every service and its peers as the service itself does")
    func catalog() {
        #expect(
            ServiceCatalog.entries.map(\.role) == Self.definitions.map { $0.role })
        #expect(ServiceCatalog.entries.map(\.peers) == Self.definitions.map { $0.peers })
    }

    @Test("The file holds PostgreSQL, each service and its migration, and nothing else")
    func complete() throws {
        let expected = ServiceCatalog.entries.flatMap { [$0.name, $0.oneShot] } + ["postgres"]
        #expect(try Deployment.compose().services.keys.sorted() == expected.sorted())
    }

    @Test("A service starts after its migration succeeded", arguments: ServiceCatalog.entries)
    func order(entry: ServiceCatalog.Entry) throws {
        let service = try Deployment.service(entry.name)
        #expect(
            service.dependencies?[entry.oneShot]?.condition == "service_completed_successfully")
        let migration = try Deployment.service(entry.oneShot)
        #expect(migration.dependencies?["postgres"]?.condition == "service_healthy")
    }

    @Test(
        "A service accepts its environment and its file, and knows every key",
        arguments: ServiceCatalog.entries)
    func configuration(entry: ServiceCatalog.Entry) async throws {
        let (configuration, settings) = try await Deployment.configuration(of: entry)
        // The gateway's own; where the address leads to is checked with the ports.
        _ = try settings.optionalText("http-address")
        _ = try settings.optionalText("public-url")
        try settings.refuseUnread()
        #expect(configuration.listenHost == "0.0.0.0")
        let words = configuration.databaseDSN.split(separator: " ")
        #expect(words.contains("host=postgres"))
        #expect(words.contains("dbname=florin_\(entry.name)"))
        #expect(words.contains("user=florin_\(entry.name)"))
    }

    @Test("A peer's address is where that peer listens", arguments: ServiceCatalog.entries)
    func peers(entry: ServiceCatalog.Entry) async throws {
        let (configuration, _) = try await Deployment.configuration(of: entry)
        for (peer, address) in configuration.peers {
            let listening = try await Deployment.configuration(
                of: ServiceCatalog.entry(named: peer.rawValue)
            ).0
            #expect(address == "\(peer.rawValue):\(listening.listenPort)")
        }
    }

    @Test("Ports are published on the loopback address only, and lead to the service")
    func ports() async throws {
        for (name, service) in try Deployment.compose().services {
            for port in service.ports ?? [] {
                let entry = try ServiceCatalog.entry(named: name)
                let (configuration, settings) = try await Deployment.configuration(of: entry)
                let http = try settings.optionalText("http-address").flatMap(HostAndPort.init)
                #expect(port.hasPrefix("127.0.0.1:"))
                #expect(port.hasSuffix(":\(http?.port ?? configuration.listenPort)"))
            }
        }
    }

    @Test(
        "A service runs read-only and as a user who is not root",
        arguments: ServiceCatalog.entries)
    func privileges(entry: ServiceCatalog.Entry) async throws {
        for name in [entry.name, entry.oneShot] {
            let service = try Deployment.service(name)
            #expect(service.isReadOnly == true)
            #expect(service.user?.hasPrefix("${FLORIN_UID:?") == true)
        }
        let variables = try await Secrets.made.value.variables()
        #expect(variables.count == 1)
        #expect(variables.first?.hasPrefix("FLORIN_UID=") == true)
        #expect(variables.first != "FLORIN_UID=0")
    }
}
