internal import DevSystem
internal import Foundation
internal import ServiceKit
internal import TestKit
internal import Testing

@Suite("Commands of the deployment")
struct ComposeCommandsTests {
    @Test(
        "A health check asks the service where it listens, with a certificate it sees",
        arguments: ServiceCatalog.entries)
    func health(entry: ServiceCatalog.Entry) async throws {
        let test = try #require(try Deployment.service(entry.name).healthcheck?.test)
        #expect(test.prefix(4) == ["CMD", "florin", "health", entry.name])
        let listening = try await Deployment.configuration(of: entry).0.listenPort
        let address = "127.0.0.1:\(listening)"
        #expect(test.contains(address))

        // Port 1 has nobody: what is left to fail is the call, and no argument.
        let secrets = try await Secrets.made.value
        let outcome = try await FlorinProgram.run(
            test.dropFirst(2).map { $0 == address ? "127.0.0.1:1" : secrets.localPath($0) },
            data: "/nowhere")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.output.contains("unreachable"))
    }

    @Test(
        "A migration's command is one that florin accepts",
        arguments: ServiceCatalog.entries)
    func migrate(entry: ServiceCatalog.Entry) async throws {
        let command = try #require(try Deployment.service(entry.oneShot).command)
        let line = try #require(command.first)
        #expect(command.count == 1)
        let path = try #require(
            try Deployment.service(entry.name).environment?["FLORIN_MIGRATIONS"])
        #expect(line.hasSuffix("florin migrate \(entry.name) --migrations \(path)"))

        // Compose writes a dollar twice. Without the folder it ends before it asks a database.
        let secrets = try await Secrets.made.value
        let local = secrets.localPath(line).replacingOccurrences(of: "$$", with: "$")
            .replacingOccurrences(of: path, with: "/nowhere/migrations")
        let outcome = try await Shell.run("/bin/sh", ["-c", local])
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("/nowhere/migrations"), "\(outcome.text)")
    }
}
