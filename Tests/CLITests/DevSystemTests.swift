internal import DevSystem
internal import Foundation
internal import TLS
internal import TestKit
internal import Testing

@Suite("florin dev", .serialized)
struct DevSystemTests {
    @Test(
        "Starts, is found through dev.json, refuses a second start, and stops whole",
        .timeLimit(.minutes(5)))
    func lifecycle() async throws {
        let data = try TemporaryFolder.make("dev")
        let started = try await FlorinProgram.run(
            "dev", "--detach", "--base-port", "\(TestPorts.nextBase())", data: data)
        #expect(started.status == 0, "\(started.errors)")
        let state = try DevState.read(from: DevLayout(data: data))
        #expect(state.ready)
        #expect(state.services.count == ServiceCatalog.entries.count)
        #expect(try RevocationInfo(reading: "\(state.certificates)/ca.crl").number == 1)
        let mode =
            try FileManager.default.attributesOfItem(atPath: data + "/dev.json")[
                .posixPermissions] as? Int
        #expect(mode == 0o600)

        let health = try await FlorinProgram.run("health", data: data)
        #expect(health.status == 0, "\(health.output)")
        let second = try await FlorinProgram.run("dev", data: data)
        #expect(second.status == 1)
        #expect(second.errors.contains("florin dev stop"))

        let stopped = try await FlorinProgram.run("dev", "stop", data: data)
        #expect(stopped.status == 0, "\(stopped.errors)")
        #expect(Self.processes(of: state).allSatisfy { !$0.isRunning })
        #expect(!FileManager.default.fileExists(atPath: data + "/dev.json"))
        let again = try await FlorinProgram.run("dev", "stop", data: data)
        #expect(again.status == 1)
    }

    @Test(
        "A killed service is started again, and a killed supervisor leaves nothing behind",
        .timeLimit(.minutes(5)))
    func crashes() async throws {
        let layout = DevLayout(data: try TemporaryFolder.make("dev"))
        let base = "\(TestPorts.nextBase())"
        let started = try await FlorinProgram.run(
            "dev", "--detach", "--base-port", base, data: layout.data)
        #expect(started.status == 0, "\(started.errors)")
        let first = try DevState.read(from: layout)
        let payment = try #require(first.services["payment"]?.process)
        payment.signal(SIGKILL)
        let isStartedAgain = try await eventually {
            try DevState.read(from: layout).services["payment"]?.process != payment
        }
        #expect(isStartedAgain)
        let second = try DevState.read(from: layout)
        let probe = HealthProbe(certificates: second.certificates)
        let address = try #require(second.services["payment"]?.address)
        #expect(try await eventually { await probe.check(.payment, at: address) == .serving })

        try #require(second.process).signal(SIGKILL)
        for service in second.services.values {
            let ended = await service.process?.waitForEnd(limit: .seconds(30))
            #expect(ended == true, "\(service.log)")
        }
        let restarted = try await FlorinProgram.run(
            "dev", "--detach", "--base-port", base, data: layout.data)
        #expect(restarted.status == 0, "\(restarted.errors)")
        let stopped = try await FlorinProgram.run("dev", "stop", data: layout.data)
        #expect(stopped.status == 0, "\(stopped.errors)")
    }

    private static func processes(of state: DevState) -> [ProcessIdentity] {
        [state.process, state.postgres.process].compactMap(\.self)
            + state.services.values.compactMap(\.process)
    }
}
