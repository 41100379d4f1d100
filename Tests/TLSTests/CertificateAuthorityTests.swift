import Foundation
import TLS
import TestKit
import Testing

@Suite("Certificate authority")
struct CertificateAuthorityTests {
    @Test("Issues a pair for a role, with keys that only the owner reads")
    func issues() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        let validity = Validity(notBefore: 1_700_000_000, notAfter: 1_800_000_000)
        let made = try authority.issue(
            role: .payment, hosts: ["payment.internal", "10.0.0.7", "fd00::7"], validity: validity)
        #expect(made.role == .payment)
        #expect(made.validity == validity)
        #expect(
            made.hosts == ["localhost", "127.0.0.1", "payment.internal", "10.0.0.7", "fd00::7"])
        #expect(made.subject == "O = florin, CN = payment")
        #expect(made.serial.count == 32)
        #expect(made.fingerprint.count == 95)
        #expect(try mode(folder) == 0o700)
        #expect(try mode("\(folder)/payment.key") == 0o600)
        #expect(try mode("\(folder)/ca.key") == 0o600)
        #expect(try mode("\(folder)/payment.crt") == 0o644)
        #expect(try authority.show().map(\.role) == [nil, .payment])
    }

    @Test("Replaces nothing unless told to")
    func refusesToReplace() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        let first = try authority.issue(role: .fx)
        #expect(code { _ = try CertificateAuthority.create(in: folder) } == .exists)
        #expect(code { _ = try authority.issue(role: .fx) } == .exists)
        #expect(try CertificateInfo(reading: "\(folder)/fx.crt") == first)
        #expect(try authority.issue(role: .fx, force: true).serial != first.serial)
    }

    @Test("Rotates one role or all, and keeps the authority and the hosts")
    func rotates() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        try authority.issue(role: .fx, hosts: ["fx.internal", "fd00::7"])
        try authority.issue(role: .ledger)
        let before = try authority.show()
        #expect(try authority.rotate(role: .fx).map(\.role) == [.fx])
        let after = try authority.show()
        #expect(after[0] == before[0])
        #expect(after[1].fingerprint != before[1].fingerprint)
        #expect(after[1].hosts == before[1].hosts)
        #expect(after[2] == before[2])
        #expect(try authority.rotate().map(\.role) == [.fx, .ledger])
        #expect(code { _ = try authority.rotate(role: .refund) } == .file)
    }

    @Test("Tells who holds a role that several share, also after a rotation")
    func holders() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        let made = try authority.issue(role: .operator, holder: "alice@example.com")
        #expect(made.subject == "O = florin, CN = alice@example.com")
        #expect(made.role == .operator && made.holder == "alice@example.com")
        #expect(try authority.rotate().map(\.holder) == ["alice@example.com"])
        #expect(try authority.issue(role: .client).holder == nil)
        for bad in ["", "a/b", "a b", "a,CN=b", "ünal", String(repeating: "x", count: 65)] {
            let refusal = code { _ = try authority.issue(role: .payment, holder: bad) }
            #expect(refusal == .invalidRequest, "'\(bad)'")
        }
    }

    @Test(
        "A host cannot bring a role along",
        arguments: [
            "", "a,URI:spiffe://florin/operator", "a b", "x\u{0}y", "ünicode", "1.2.3.4.5", ":::",
        ])
    func refusesHosts(host: String) throws {
        let authority = try CertificateAuthority.create(in: TemporaryFolder.make("ca"))
        #expect(code { try authority.issue(role: .fx, hosts: [host]) } == .invalidRequest)
    }

    @Test("A context refuses files that are missing, empty or do not belong together")
    func refusesBadFiles() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        try authority.issue(role: .fx)
        try authority.issue(role: .ledger)
        func open() throws { _ = try TLSContext(certificates: folder, role: .fx, side: .server) }
        try open()

        try TemporaryFolder.copy("\(folder)/ledger.key", to: "\(folder)/fx.key")
        #expect(code(open) == .badCertificate)
        try TemporaryFolder.copy("\(folder)/ledger.crt", to: "\(folder)/fx.crt")
        #expect(code(open) == .badCertificate)
        try Data().write(to: URL(filePath: "\(folder)/fx.crt"))
        #expect(code(open) == .badCertificate)
        try FileManager.default.removeItem(atPath: "\(folder)/fx.key")
        try authority.issue(role: .fx, force: true)
        try open()
        try FileManager.default.removeItem(atPath: "\(folder)/fx.key")
        #expect(code(open) == .file)
    }

    @Test("New connections use certificates that were rotated, after a reload")
    func reloads() throws {
        let folder = try TemporaryFolder.make("ca")
        let authority = try CertificateAuthority.create(in: folder)
        try authority.issue(role: .fx)
        let context = try TLSContext(certificates: folder, role: .fx, side: .server)
        _ = try authority.rotate(role: .fx)
        try context.reload()
        try Data().write(to: URL(filePath: "\(folder)/fx.crt"))
        #expect(code { try context.reload() } == .badCertificate)
        _ = try context.makeStream()
    }

    @Test("Digests as everybody else does")
    func digests() {
        let digest = sha256(Array("abc".utf8)).prefix(4)
        #expect(digest == [0xba, 0x78, 0x16, 0xbf])
        #expect(sha256([]).count == 32)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func code(_ body: () throws -> Void) -> TLSError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? TLSError)?.code
        }
    }
}
