internal import Foundation
internal import Identifiers
internal import Logging
internal import Messages
internal import Metrics
internal import MetricsTestKit
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import ServiceLifecycle
internal import Stubs
internal import Synchronization
internal import TLS
internal import TestKit
internal import Testing
internal import Wire

@testable internal import ServiceKit

/// Answers GetRate; HOLD waits until ``gate`` is opened.
private enum HeldService: ServiceDefinition {
    static let role = Role.fx
    static let peers: [Role] = []
    static let arrived = Mutex(false)
    static let (gate, opener) = AsyncStream<Void>.makeStream()

    static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let method = RPCMethod(descriptor: FXServiceMethods.getRate) { payload, _ in
            let request = try FXV1.GetRateRequest(decoding: payload)
            if request.currency == "HOLD" {
                self.arrived.withLock { $0 = true }
                for await _ in self.gate {}
            }
            return FXV1.GetRateResponse(rate: FXV1.Rate(currency: request.currency)).encoded()
        }
        return ServiceParts(methods: [method])
    }
}

private enum PlainService: ServiceDefinition {
    static let role = Role.fx
    static let peers: [Role] = []

    static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let method = RPCMethod(descriptor: FXServiceMethods.getRate) { _, _ in
            FXV1.GetRateResponse(rate: FXV1.Rate(currency: "EUR")).encoded()
        }
        return ServiceParts(methods: [method])
    }
}

@Suite("Certificates of a running service", .timeLimit(.minutes(2)))
struct CertificateReloadTests {
    @Test("New connections meet the new certificate while calls in flight go on")
    func keepsCalls() async throws {
        let (folder, authority) = try Self.house()
        try await withService(HeldService.self, certificates: folder) { service in
            let client = FXServiceClient(try service.channel(as: .client))
            async let held = client.getRate(
                FXV1.GetRateRequest(currency: "HOLD"), options: CallOptions(timeout: .seconds(90)))
            #expect(try await eventually { HeldService.arrived.withLock(\.self) })

            let fresh = try authority.rotate(role: .fx)[0].serial
            let prober = try TLSContext(certificates: folder, role: .client, side: .client)
            #expect(
                try await eventually {
                    try TLSProbe.serial(port: service.port, client: prober) == fresh
                })
            // On the connection of before.
            let answer = try await client.getRate(FXV1.GetRateRequest(currency: "USD"))
            #expect(answer.rate?.currency == "USD")
            HeldService.opener.finish()
            #expect(try await held.rate?.currency == "HOLD")
        }
    }

    @Test("Files that do not belong together leave the old in force, and are told of once")
    func keepsOld() async throws {
        let (folder, authority) = try Self.house()
        let lines = LogLines()
        let metrics = TestMetrics()
        try await withService(
            PlainService.self, certificates: folder, metrics: metrics, logger: lines.logger
        ) { service in
            let old = try CertificateInfo(reading: "\(folder)/fx.crt").serial
            let prober = try TLSContext(certificates: folder, role: .client, side: .client)
            try TemporaryFolder.copy("\(folder)/ledger.key", to: "\(folder)/fx.key")
            #expect(try await eventually { lines.count("certificates refused") > 0 })
            #expect(try TLSProbe.serial(port: service.port, client: prober) == old)
            // It looks at the files each time that it records the gauge.
            let gauge = try metrics.expectGauge(
                "florin_certificate_expiry_seconds", [("certificate", "own")])
            let looks = gauge.values.count
            #expect(try await eventually { gauge.values.count >= looks + 3 })
            // Another change that cannot be used either, for another reason.
            try Data("-----BEGIN".utf8).write(to: URL(filePath: "\(folder)/ca.crl"))
            try authority.issue(role: .fx, force: true)
            #expect(try await eventually { lines.count("revocation list") > 0 })
            #expect(lines.count("mismatch") == 1)
            #expect(try TLSProbe.serial(port: service.port, client: prober) == old)

            try FileManager.default.removeItem(atPath: "\(folder)/ca.crl")
            #expect(try await eventually { lines.count("certificates taken up") == 1 })
            let fresh = try CertificateInfo(reading: "\(folder)/fx.crt").serial
            #expect(try TLSProbe.serial(port: service.port, client: prober) == fresh)
        }
    }

    @Test("A list that comes while it runs shuts the revoked caller out, and only that one")
    func takesUpList() async throws {
        let (folder, authority) = try Self.house()
        let lines = LogLines()
        try await withService(
            PlainService.self, certificates: folder, logger: lines.logger
        ) { service in
            try authority.revoke("operator")
            #expect(try await eventually { lines.count("certificates taken up") == 1 })
            let client = FXServiceClient(try service.channel(as: .client))
            #expect(try await client.getRate(FXV1.GetRateRequest()).rate?.currency == "EUR")
            let shutOut = HealthClient(try service.channel(as: .operator))
            let error = await #expect(throws: RPCError.self) {
                try await shutOut.check(HealthV1.HealthCheckRequest())
            }
            #expect(error?.code == .unavailable)
            #expect(error?.mayHaveRun == false)
        }
    }

    @Test("Health withdraws when a certificate has run out, and not a day before")
    func health() async throws {
        let (folder, authority) = try Self.house()
        try authority.renewRevocationList(validity: .days(365))
        let end = try CertificateInfo(reading: "\(folder)/fx.crt").validity.notAfter
        let clock = ManualClock(Timestamp(microseconds: (end - 3_600) * 1_000_000))
        let lines = LogLines()
        let metrics = TestMetrics()
        try await withService(
            PlainService.self, clock: clock, certificates: folder, metrics: metrics,
            logger: lines.logger
        ) { service in
            let health = HealthClient(try service.channel(as: .operator))
            #expect(try await eventually { lines.count("certificate expires soon") > 0 })
            #expect(try await health.check(HealthV1.HealthCheckRequest()).status == .serving)
            let gauge = try metrics.expectGauge(
                "florin_certificate_expiry_seconds", [("certificate", "own")])
            #expect(gauge.lastValue == 3_600)

            clock.advance(by: .seconds(3_601))
            #expect(
                try await eventually {
                    try await health.check(HealthV1.HealthCheckRequest()).status == .notServing
                })
            #expect(try await eventually { lines.count("certificate has expired") > 0 })
            #expect(try await eventually { gauge.lastValue == -1 })
        }
    }

    @Test("A change since the files were read first is not missed")
    func seesEarlyChange() async throws {
        let (folder, authority) = try Self.house()
        let files = CertificateFiles(in: folder, role: .fx)
        let context = try TLSContext(certificates: folder, role: .fx, side: .server)
        let fresh = try authority.rotate(role: .fx)[0].serial
        let reload = CertificateReload(
            folder: folder, role: .fx, contexts: [context], files: files, interval: .seconds(60),
            clock: SystemClock(), metrics: NOOPMetricsHandler.instance, logger: LogLines().logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [reload], logger: LogLines().logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            #expect(try await eventually { context.ownSerial == fresh })
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("A list that has run out, or has the service's own certificate, makes it unusable")
    func usable() throws {
        let (folder, authority) = try Self.house()
        let context = try TLSContext(certificates: folder, role: .fx, side: .server)
        let now = SystemClock().now()
        #expect(context.isUsable(at: now))
        let list = try authority.renewRevocationList(validity: .days(1))
        try context.reload()
        #expect(context.isUsable(at: Timestamp(microseconds: list.validity.notAfter * 1_000_000)))
        #expect(
            !context.isUsable(
                at: Timestamp(microseconds: (list.validity.notAfter + 1) * 1_000_000)))
        try authority.revoke("fx")
        try context.reload()
        #expect(!context.isUsable(at: now))
    }

    /// A folder with an authority and the roles that these tests use.
    private static func house() throws -> (String, CertificateAuthority) {
        let folder = try TemporaryFolder.make("reload")
        let authority = try CertificateAuthority.create(in: folder)
        for role in [Role.fx, .client, .operator, .ledger] { try authority.issue(role: role) }
        return (folder, authority)
    }
}
