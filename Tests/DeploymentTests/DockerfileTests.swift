internal import DevSystem
internal import Foundation
internal import Testing

@Suite("Dockerfile of the services")
struct DockerfileTests {
    /// The instructions, word by word, with the build's argument filled in.
    private static func instructions(service: String) throws -> [[Substring]] {
        try Deployment.text(of: "services/Dockerfile")
            .replacingOccurrences(of: "${SERVICE}", with: service)
            .replacingOccurrences(of: "$SERVICE", with: service)
            .split(separator: "\n").map { $0.split(separator: " ") }
    }

    @Test("Compose builds each service from it", arguments: ServiceCatalog.entries)
    func build(entry: ServiceCatalog.Entry) throws {
        for name in [entry.name, entry.oneShot] {
            let build = try #require(try Deployment.service(name).build)
            #expect(build.context == ".")
            #expect(build.dockerfile == "services/Dockerfile")
            #expect(build.args == ["SERVICE": entry.name])
        }
        let words = try Self.instructions(service: entry.name).joined()
        #expect(words.contains("\"\(entry.program)\""))
    }

    @Test("It copies what is there", arguments: ServiceCatalog.entries)
    func sources(entry: ServiceCatalog.Entry) throws {
        let copies = try Self.instructions(service: entry.name)
            .filter { $0.first == "COPY" && !$0.contains { $0.hasPrefix("--from=") } }
        #expect(!copies.isEmpty)
        for source in copies.flatMap({ $0.dropFirst().dropLast() }) {
            let path = "\(Deployment.repository)/\(source)"
            #expect(FileManager.default.fileExists(atPath: path), "\(source)")
        }
    }

    @Test(
        "The migrations are where the service looks for them",
        arguments: ServiceCatalog.entries)
    func migrations(entry: ServiceCatalog.Entry) throws {
        let expected = try Deployment.service(entry.name).environment?["FLORIN_MIGRATIONS"]
        let copy = try #require(
            try Self.instructions(service: entry.name).first {
                $0.starts(with: ["COPY", "services/\(entry.name)/migrations"])
            })
        #expect(copy.last.map(String.init) == expected)
    }

    @Test("The image's user is not root")
    func user() throws {
        let users = try Self.instructions(service: "payment").filter { $0.first == "USER" }
        #expect(users.last == ["USER", "florin"])
    }
}
