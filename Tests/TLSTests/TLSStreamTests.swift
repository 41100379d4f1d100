import TLS
import TestKit
import Testing

@Suite("TLS stream")
struct TLSStreamTests {
    @Test("Two peers of one authority shake hands and talk both ways")
    func talks() throws {
        var pair = try StreamPair(
            client: TestCertificates.client(.orchestrator),
            server: TestCertificates.server(.payment), expecting: .payment)
        try pair.shakeHands()
        #expect(pair.client.peer == .payment)
        #expect(pair.server.peer == .orchestrator)

        try pair.client.write([1, 2, 3].span)
        try pair.carry()
        #expect(pair.receivedByServer() == [1, 2, 3])

        // More than one record, in many small pieces.
        let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try pair.server.write(long.span)
        try pair.carry(pieces: 1000)
        #expect(pair.receivedByClient() == long)
    }

    @Test("Plaintext that was not consumed stays")
    func keepsPlaintext() throws {
        var pair = try StreamPair.established()
        try pair.client.write([1, 2, 3, 4].span)
        try pair.carry()
        pair.server.consumePlaintext { _ in 1 }
        try pair.client.write([5].span)
        try pair.carry()
        #expect(pair.receivedByServer() == [2, 3, 4, 5])
    }

    @Test("A close is told to the peer after what was written before it")
    func closes() throws {
        var pair = try StreamPair.established()
        try pair.client.write([9].span)
        pair.client.close()
        try pair.carry()
        #expect(pair.server.state == .closed)
        #expect(pair.receivedByServer() == [9])
        #expect(throws: TLSError.self) { try pair.client.write([1].span) }
    }

    /// The hello is written out, since no context of ours can be made to say it.
    @Test("A client that speaks only TLS 1.2 is refused")
    func refusesTLS12() throws {
        var body: [UInt8] = [3, 3] + [UInt8](repeating: 0xaa, count: 32)  // version, random
        body += [0, 0, 2, 0xc0, 0x2b, 1, 0]  // no session, ECDHE-ECDSA-AES128-GCM, no compression
        body += [0, 22, 0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 3]
        let handshake: [UInt8] = [1, 0, 0, UInt8(body.count)] + body
        let hello: [UInt8] = [0x16, 3, 1, 0, UInt8(handshake.count)] + handshake
        var server = try TestCertificates.server(.payment).makeStream()
        let error = failure { () throws(TLSError) in try server.feed(hello.span) }
        #expect(error?.code == .protocolViolation)
        #expect(error?.message.contains("unsupported protocol") == true)
    }

    @Test("A client of another authority is refused by the server")
    func refusesWrongAuthority() throws {
        let strange = try TLSContext(
            certificates: folder(trusting: TestCertificates.folder(), as: .orchestrator) {
                try CertificateAuthority(opening: TestCertificates.strangers())
                    .issue(role: .orchestrator, in: $0)
            }, role: .orchestrator, side: .client)
        var pair = try StreamPair(client: strange, server: TestCertificates.server(.payment))
        #expect(failure { () throws(TLSError) in try pair.shakeHands() }?.code == .peerRejected)
        #expect(pair.server.peer == nil)
    }

    @Test("A server of another authority is refused by the client")
    func refusesWrongServer() throws {
        let strange = try TLSContext(
            certificates: TestCertificates.strangers(), role: .payment, side: .server)
        var pair = try StreamPair(client: TestCertificates.client(.orchestrator), server: strange)
        #expect(failure { () throws(TLSError) in try pair.shakeHands() }?.code == .peerRejected)
        #expect(failure { () throws(TLSError) in try pair.carry() }?.code == .rejectedByPeer)
    }

    @Test("An expired certificate is refused")
    func refusesExpired() throws {
        let expired = try TLSContext(
            certificates: folder(trusting: TestCertificates.folder(), as: .orchestrator) {
                try CertificateAuthority(opening: TestCertificates.folder()).issue(
                    role: .orchestrator, in: $0,
                    validity: Validity(notBefore: 1_000_000_000, notAfter: 1_000_086_400))
            }, role: .orchestrator, side: .client)
        var pair = try StreamPair(client: expired, server: TestCertificates.server(.payment))
        let error = failure { () throws(TLSError) in try pair.shakeHands() }
        #expect(error?.code == .peerRejected)
        #expect(error?.message.contains("expired") == true)
    }

    @Test("A genuine server of another role is refused")
    func refusesWrongRole() throws {
        var pair = try StreamPair(
            client: TestCertificates.client(.orchestrator),
            server: TestCertificates.server(.payment), expecting: .ledger)
        #expect(failure { () throws(TLSError) in try pair.shakeHands() }?.code == .wrongRole)
        #expect(pair.client.peer == nil)
    }

    @Test("A certificate for calling does not make a server", arguments: [Role.operator, .client])
    func refusesCallerAsServer(role: Role) throws {
        var pair = try StreamPair(
            client: TestCertificates.client(.orchestrator),
            server: TestCertificates.server(role), expecting: role)
        let error = failure { () throws(TLSError) in try pair.shakeHands() }
        #expect(error?.code == .peerRejected)
        #expect(error?.message.contains("purpose") == true)
        #expect(pair.client.peer == nil)
    }

    @Test("A server lets every role in and knows which it is", arguments: Role.allCases)
    func letsRolesIn(role: Role) throws {
        var pair = try StreamPair(
            client: TestCertificates.client(role), server: TestCertificates.server(.payment),
            expecting: .payment)
        try pair.shakeHands()
        #expect(pair.server.peer == role)
        #expect(pair.client.peer == .payment)
    }

    @Test("A client meets the role it asks for, and no other", arguments: Role.allCases)
    func meetsOneRole(role: Role) throws {
        var pair = try StreamPair(
            client: TestCertificates.client(.orchestrator),
            server: TestCertificates.server(.payment), expecting: role)
        let error = failure { () throws(TLSError) in try pair.shakeHands() }
        #expect(error?.code == (role == .payment ? nil : .wrongRole))
    }

    @Test("Garbage in place of a handshake, and after one, kills the stream")
    func refusesGarbage() throws {
        var server = try TestCertificates.server(.payment).makeStream()
        #expect(
            failure { () throws(TLSError) in
                try server.feed(Array("GET / HTTP/1.1\r\n\r\n".utf8).span)
            } != nil)
        #expect(server.state == .failed)
        #expect(failure { () throws(TLSError) in try server.feed([0].span) }?.code == .closed)

        var pair = try StreamPair.established()
        let garbage: [UInt8] = [0x17, 3, 3, 0, 32] + [UInt8](repeating: 7, count: 32)
        #expect(
            failure { () throws(TLSError) in try pair.server.feed(garbage.span) }?.code
                == .protocolViolation)
    }
}
