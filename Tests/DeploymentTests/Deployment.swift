internal import DevSystem
internal import Foundation
internal import ServiceKit
internal import TestKit
internal import Testing

/// The files that a deployment is made of, as they are in the source tree.
enum Deployment {
    static let repository = URL(filePath: RepositoryFolder.services).deletingLastPathComponent()
        .path(percentEncoded: false)

    static func text(of path: String) throws -> String {
        try String(contentsOfFile: "\(self.repository)/\(path)", encoding: .utf8)
    }

    static func compose() throws -> ComposeFile {
        try ComposeFile(yaml: self.text(of: "docker-compose.yml"))
    }

    static func service(_ name: String) throws -> ComposeFile.Service {
        try #require(try self.compose().services[name], "docker-compose.yml lacks \(name)")
    }

    /// What a service reads in its container, with the secrets at the place they were made.
    static func configuration(
        of entry: ServiceCatalog.Entry
    ) async throws -> (ServiceConfiguration, Settings) {
        let secrets = try await Secrets.made.value
        let environment = try self.service(entry.name).environment ?? [:]
        let settings = try Settings(
            arguments: [], environment: environment.mapValues(secrets.localPath))
        let configuration = try ServiceConfiguration(
            settings, role: entry.role, peers: entry.peers)
        return (configuration, settings)
    }
}

extension ServiceCatalog.Entry: CustomTestStringConvertible {
    package var testDescription: String { self.name }

    var oneShot: String { "migrate-\(self.name)" }
}
