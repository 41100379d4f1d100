import Foundation
import TLS
import TestKit
import Testing

@Suite("Revocation")
struct RevocationTests {
    @Test("A server turns a revoked caller away and lets the others in")
    func refusesCaller() throws {
        let house = try House()
        try house.authority.revoke("orchestrator")
        let error = try house.refusal()
        #expect(error?.code == .peerRejected)
        #expect(error?.message.contains("revoked") == true)
        #expect(try house.refusal(.operator) == nil)
    }

    @Test("A client turns a revoked server away")
    func refusesServer() throws {
        let house = try House()
        // Read before there is a list: it is the client that has to refuse.
        let server = try house.server()
        #expect(try House.refusal(client: house.client(), server: server) == nil)
        try house.authority.revoke("payment")
        let error = try House.refusal(client: house.client(), server: server)
        #expect(error?.code == .peerRejected)
        #expect(error?.message.contains("revoked") == true)
    }

    @Test("A list that has run out lets nobody in, on either side, and says what to do")
    func refusesAllByExpiredList() throws {
        let house = try House()
        let (client, server) = try (house.client(), house.server())
        try house.authority.renewRevocationList(validity: .longPast)
        for (client, server) in try [(client, house.server()), (house.client(), server)] {
            let error = try House.refusal(client: client, server: server)
            #expect(error?.code == .peerRejected)
            #expect(error?.message.contains("florin certs crl") == true)
        }
        try house.authority.renewRevocationList()
        #expect(try house.refusal() == nil)
    }

    @Test("A list that cannot be relied on is no list to go without", arguments: Unusable.allCases)
    func refusesUnusableList(kind: Unusable) throws {
        let house = try House()
        try house.authority.revoke("operator")
        let server = try house.server()
        try kind.write(to: house)
        #expect(
            failure { () throws(TLSError) in
                _ = try TLSContext(certificates: house.folder, role: .payment, side: .server)
            }?.code == .badCertificate)

        #expect(failure(server.reload)?.code == .badCertificate)
        #expect(server.generation == 0)
        // The good one is in force still.
        let operators = try TLSContext(
            certificates: folder(trusting: house.folder, as: .operator) {
                for name in ["operator.crt", "operator.key"] {
                    try TemporaryFolder.copy("\(house.folder)/\(name)", to: "\($0)/\(name)")
                }
            }, role: .operator, side: .client)
        let error = try House.refusal(client: operators, server: server)
        #expect(error?.message.contains("revoked") == true)
    }

    enum Unusable: CaseIterable {
        case ofAnotherAuthority, changed, cutShort, empty, twoLists

        func write(to house: House) throws {
            let file = URL(filePath: house.list)
            let good = try Data(contentsOf: file)
            switch self {
            case .ofAnotherAuthority:
                let stranger = try House([])
                try stranger.authority.renewRevocationList()
                try TemporaryFolder.copy(stranger.list, to: house.list)
            case .changed:
                // A bit of the signature, which stands at the end.
                let lines = String(decoding: good, as: UTF8.self).split(separator: "\n")
                var bytes = try #require(Data(base64Encoded: lines[1..<lines.count - 1].joined()))
                bytes[bytes.count - 1] ^= 1
                let text = bytes.base64EncodedString(options: .lineLength64Characters)
                try Data("\(lines[0])\n\(text)\n\(lines[lines.count - 1])\n".utf8).write(to: file)
            case .cutShort: try good.prefix(good.count / 2).write(to: file)
            case .empty: try Data().write(to: file)
            case .twoLists: try (good + good).write(to: file)
            }
        }
    }

    @Test("A reload does not go back: not to no list, and not to an older one")
    func refusesOlderList() throws {
        let house = try House()
        try house.authority.renewRevocationList()
        let old = try Data(contentsOf: URL(filePath: house.list))
        try house.authority.revoke("operator")
        let server = try house.server()
        try old.write(to: URL(filePath: house.list))
        #expect(failure(server.reload)?.message.contains("older") == true)
        try FileManager.default.removeItem(atPath: house.list)
        #expect(failure(server.reload)?.message.contains("has gone") == true)
        #expect(server.expiry().map(\.subject) == [.own, .authority, .crl])
    }

    @Test("Certificates are named by role, by file or by serial number, and stay on the list")
    func revokes() throws {
        let house = try House()
        let operators = try TemporaryFolder.make("operator")
        let lost = try house.authority.issue(role: .operator, in: operators)
        let first = try house.authority.revoke("payment", at: 1_700_000_000)
        #expect(first.revoked.map(\.serial) == [try house.serial(of: .payment)])
        #expect(first.number == 1)
        _ = try house.authority.revoke("payment", at: 1_800_000_000)
        _ = try house.authority.revoke("\(operators)/operator.crt")
        _ = try house.authority.revoke("0a:bc")
        let last = try house.authority.renewRevocationList()
        #expect(last.number == 5)
        #expect(
            Set(last.revoked.map(\.serial))
                == [try house.serial(of: .payment), lost.serial, "0ABC"])
        #expect(
            last.revoked.first { $0.serial == first.revoked[0].serial }?.since == 1_700_000_000)
        #expect(try RevocationInfo(reading: house.list) == last)
    }

    @Test(
        "What is no certificate of the authority cannot be revoked",
        arguments: ["", "nobody", "0x12", String(repeating: "ab", count: 21)])
    func refusesNames(name: String) throws {
        let house = try House([])
        #expect(
            failure { () throws(TLSError) in try house.authority.revoke(name) }?.code
                == .invalidRequest)
        #expect(!FileManager.default.fileExists(atPath: house.list))
    }

    @Test("A certificate of another authority, or one that is not there, cannot be revoked")
    func refusesStrangers() throws {
        let house = try House([])
        let strange = "\(try TestCertificates.strangers())/payment.crt"
        #expect(
            failure { () throws(TLSError) in try house.authority.revoke(strange) }?.code
                == .invalidRequest)
        #expect(
            failure { () throws(TLSError) in try house.authority.revoke("payment") }?.code
                == .file)
    }

    @Test("A new authority in the place of an old one begins a list of its own")
    func replacesList() throws {
        let house = try House()
        try house.authority.revoke("payment")
        let fresh = try CertificateAuthority.create(in: house.folder, force: true)
        for role in [Role.orchestrator, .payment] { try fresh.issue(role: role, force: true) }
        #expect(try RevocationInfo(reading: house.list).revoked.isEmpty)
        #expect(try house.refusal() == nil)
    }

    @Test("Other programs read the list and find its signature good")
    func isReadByOthers() throws {
        let house = try House()
        try house.authority.revoke("payment")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "crl", "-in", house.list, "-CAfile", "\(house.folder)/ca.crt", "-noout", "-text",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("verify OK"))
        #expect(text.contains("Serial Number: \(try house.serial(of: .payment))"))
        #expect(text.contains("X509v3 CRL Number"))
    }
}
