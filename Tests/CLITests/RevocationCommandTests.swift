internal import DevSystem
internal import Foundation
internal import TLS
internal import TestKit
internal import Testing

@Suite("Certificates are revoked")
struct RevocationCommandTests {
    @Test("By role and by serial number; the list tells who is on it and until when it holds")
    func revokes() async throws {
        let folder = try TemporaryFolder.make("certs")
        try CertificateAuthority.create(in: folder).issue(role: .payment)
        let serial = try CertificateInfo(reading: "\(folder)/payment.crt").serial
        let first = try await Self.run("crl", "--days", "7", in: folder)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("no certificate is revoked"))

        let byRole = try await Self.run("revoke", "payment", in: folder)
        #expect(byRole.status == 0, "\(byRole.errors)")
        #expect(byRole.output.contains(serial))
        let bySerial = try await Self.run("revoke", "0ABC", "--output", "json", in: folder)
        let list = try JSONSerialization.jsonObject(with: Data(bySerial.output.utf8))
        let document = try #require(list as? [String: Any])
        #expect(document["number"] as? Int == 3)
        #expect((document["revoked"] as? [[String: Any]])?.count == 2)
        let ends = try #require(document["next_update"] as? Int)
        let made = try #require(document["this_update"] as? Int)
        #expect(ends - made == CertificateAuthority.revocationDays * 86_400 + 300)
    }

    @Test("What cannot be revoked is refused, and no list is made")
    func refuses() async throws {
        let folder = try TemporaryFolder.make("certs")
        _ = try CertificateAuthority.create(in: folder)
        for name in ["nobody", "payment", "\(folder)/none.crt"] {
            let outcome = try await Self.run("revoke", name, in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("error: tls."))
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/ca.crl"))
    }

    private static func run(
        _ arguments: String..., in folder: String
    ) async throws -> FlorinProgram.Outcome {
        try await FlorinProgram.run(["certs"] + arguments + ["--folder", folder], data: "/nowhere")
    }
}
