internal import DevSystem
internal import Foundation
internal import ServiceKit
internal import TLS
internal import Testing

@Suite("Secrets of the deployment")
struct ComposeSecretsTests {
    @Test("Every secret is a file that the script makes")
    func made() async throws {
        let secrets = try await Secrets.made.value
        for (name, secret) in try Deployment.compose().secrets {
            let file = secrets.file(secret.file)
            let content = FileManager.default.contents(atPath: file) ?? Data()
            #expect(!content.isEmpty, "\(name): \(secret.file)")
        }
    }

    @Test("Every secret that is declared is mounted, and the other way round")
    func mounted() throws {
        let compose = try Deployment.compose()
        let mounts = compose.services.values.flatMap { $0.secrets ?? [] }
        #expect(Set(mounts.map(\.source)) == Set(compose.secrets.keys))
    }

    @Test(
        "A service sees its file, the authority's certificate and list, and its own key, nothing else",
        arguments: ServiceCatalog.entries)
    func own(entry: ServiceCatalog.Entry) async throws {
        let service = try Deployment.service(entry.name)
        let certificates = try #require(service.environment?["FLORIN_CERTIFICATES"])
        let expected = [
            service.environment?["FLORIN_CONFIG"], "\(certificates)/ca.crt",
            "\(certificates)/ca.crl", "\(certificates)/\(entry.name).crt",
            "\(certificates)/\(entry.name).key",
        ]
        #expect(Set(service.secrets?.map(\.target) ?? []) == Set(expected.compactMap(\.self)))
        #expect(service.secrets?.allSatisfy { $0.target.hasSuffix("/\($0.source)") } == true)
        let (configuration, _) = try await Deployment.configuration(of: entry)
        let context = try TLSContext(
            certificates: configuration.certificates, role: entry.role, side: .server)
        #expect(context.expiry().contains { $0.subject == .crl })
    }

    @Test(
        "A migration sees its owner's connection string, which provisioning made",
        arguments: ServiceCatalog.entries)
    func owner(entry: ServiceCatalog.Entry) async throws {
        let migration = try Deployment.service(entry.oneShot)
        let mounts = migration.secrets ?? []
        #expect(mounts.map(\.source) == ["\(entry.name)-owner-dsn"])
        for mount in mounts {
            #expect(migration.command?.joined().contains(" \(mount.target))") == true)
        }
        let secrets = try await Secrets.made.value
        let dsn = try String(
            contentsOfFile: "\(secrets.folder)/\(entry.name)-owner-dsn", encoding: .utf8)
        let password = try #require(dsn.split(separator: "password=").last)
        let provision = try String(
            contentsOfFile: "\(secrets.folder)/provision.sql", encoding: .utf8)
        #expect(dsn.hasPrefix("host=postgres dbname=florin_\(entry.name) "))
        #expect(provision.contains("CREATE DATABASE florin_\(entry.name) OWNER"))
        #expect(provision.contains("PASSWORD '\(password)'"))
    }

    @Test("PostgreSQL reads its password from a secret and runs the provisioning once")
    func postgres() throws {
        let postgres = try Deployment.service("postgres")
        let password = try #require(postgres.environment?["POSTGRES_PASSWORD_FILE"])
        #expect(
            Set(postgres.secrets?.map(\.target) ?? [])
                == [password, "/docker-entrypoint-initdb.d/provision.sql"])
    }
}
