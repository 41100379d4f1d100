import Foundation
import Synchronization
import TLS
import TestKit
import Testing

@Suite("Reload")
struct ReloadTests {
    @Test("An open stream tells that its peer was revoked, and only then")
    func rechecksRevoked() throws {
        let house = try House()
        let server = try house.server()
        var revoked = try StreamPair(client: house.client(), server: server)
        try revoked.shakeHands()
        var other = try StreamPair(client: house.client(.operator), server: server)
        try other.shakeHands()
        #expect(revoked.server.peerSerial == (try house.serial(of: .orchestrator)))

        try house.authority.revoke("orchestrator")
        try revoked.server.recheckPeer()
        try server.reload()
        #expect(Self.code(of: revoked.server) == .peerRejected)
        #expect(Self.code(of: other.server) == nil)
        // Until its owner closes it, what was on its way arrives.
        try revoked.client.write([1].span)
        try revoked.carry()
        #expect(revoked.receivedByServer() == [1])
    }

    @Test("An open stream of a client tells that its server was revoked")
    func rechecksRevokedServer() throws {
        let house = try House()
        let client = try house.client()
        var pair = try StreamPair(client: client, server: house.server())
        try pair.shakeHands()
        try house.authority.revoke("payment")
        try client.reload()
        #expect(Self.code(of: pair.client) == .peerRejected)
    }

    @Test("A handshake that began before a list came is judged by that list")
    func checksLateHandshake() throws {
        let house = try House()
        let server = try house.server()
        var pair = try StreamPair(client: house.client(), server: server)
        try house.authority.revoke("orchestrator")
        try server.reload()
        let error = failure { () throws(TLSError) in try pair.shakeHands() }
        #expect(error?.code == .peerRejected)
        #expect(error?.message.contains("revoked") == true)
        #expect(pair.server.peer == nil)
    }

    @Test("Time alone ends no open stream: neither a certificate's end nor a list's")
    func leavesExpired() throws {
        let house = try House()
        let server = try house.server()
        var pair = try StreamPair(client: house.client(), server: server)
        try pair.shakeHands()
        try house.authority.renewRevocationList(validity: .longPast)
        try server.reload()
        #expect(Self.code(of: pair.server) == nil)
        #expect(try House.refusal(client: house.client(), server: server) != nil)
    }

    @Test("An authority that is believed no longer ends the streams of its certificates")
    func rechecksAuthority() throws {
        let house = try House()
        let server = try house.server()
        var pair = try StreamPair(client: house.client(), server: server)
        try pair.shakeHands()
        let fresh = try CertificateAuthority.create(in: house.folder, force: true)
        // Half of a change: the authority is new, the certificate is of the old one.
        #expect(failure(server.reload)?.code == .badCertificate)
        #expect(Self.code(of: pair.server) == nil)
        try fresh.issue(role: .payment, force: true)
        try server.reload()
        #expect(Self.code(of: pair.server) == .peerRejected)
    }

    @Test("All contexts of a process take up new files, or none does")
    func reloadsTogether() throws {
        let house = try House()
        let contexts = try [house.client(.payment), house.server(.operator)]
        let before = contexts.map(\.ownSerial)
        _ = try house.authority.rotate(role: .payment)
        try Data().write(to: URL(filePath: "\(house.folder)/operator.key"))
        #expect(
            failure { () throws(TLSError) in try TLSContext.reload(contexts) }?.code
                == .badCertificate)
        #expect(contexts.map(\.ownSerial) == before)
        try house.authority.issue(role: .operator, force: true)
        try TLSContext.reload(contexts)
        #expect(contexts.map(\.generation) == [1, 1])
        #expect(contexts[0].ownSerial == (try house.serial(of: .payment)))
    }

    @Test("Reloads are told to those who ask, for as long as they ask")
    func observes() throws {
        let house = try House()
        let server = try house.server()
        let seen = Mutex<[Int]>([])
        var observation: ReloadObservation? = server.onReload { [weak server] in
            seen.withLock { $0.append(server?.generation ?? -1) }
        }
        try server.reload()
        try Data().write(to: URL(filePath: "\(house.folder)/payment.key"))
        #expect(failure(server.reload) != nil)
        #expect(observation != nil)
        observation = nil
        try house.authority.issue(role: .payment, force: true)
        try server.reload()
        #expect(seen.withLock(\.self) == [1])
        #expect(server.generation == 2)
    }

    @Test("A process knows that its own certificate was revoked")
    func knowsOwnRevoked() throws {
        let house = try House()
        let server = try house.server()
        try house.authority.revoke("payment")
        #expect(!server.isOwnRevoked)
        try server.reload()
        #expect(server.isOwnRevoked)
        _ = try house.authority.rotate(role: .payment)
        try server.reload()
        #expect(!server.isOwnRevoked)
    }

    @Test("Files that lie as they lay are the same, whatever else is in the folder")
    func seesChanges() throws {
        let house = try House()
        func files() -> CertificateFiles { CertificateFiles(in: house.folder, role: .payment) }
        let first = files()
        _ = try house.authority.rotate(role: .operator)
        #expect(files() == first)
        try house.authority.renewRevocationList()
        let second = files()
        #expect(second != first)
        _ = try house.authority.rotate(role: .payment)
        #expect(files() != second)
    }

    /// What looking at the peer again finds.
    private static func code(of stream: borrowing TLSStream) -> TLSError.Code? {
        do throws(TLSError) {
            try stream.recheckPeer()
            return nil
        } catch {
            return error.code
        }
    }
}
