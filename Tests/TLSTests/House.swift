import Foundation
import TLS
import TestKit

/// An authority with a few roles, in a folder that a test may spoil.
struct House {
    let folder: String
    let authority: CertificateAuthority

    init(_ roles: [Role] = [.orchestrator, .payment, .operator]) throws {
        self.folder = try TemporaryFolder.make("house")
        self.authority = try CertificateAuthority.create(in: self.folder)
        for role in roles { try self.authority.issue(role: role) }
    }

    var list: String { "\(self.folder)/ca.crl" }

    func client(_ role: Role = .orchestrator) throws -> TLSContext {
        try TLSContext(certificates: self.folder, role: role, side: .client)
    }

    func server(_ role: Role = .payment) throws -> TLSContext {
        try TLSContext(certificates: self.folder, role: role, side: .server)
    }

    /// A pair that has shaken hands over contexts read now.
    func pair(_ caller: Role = .orchestrator) throws -> StreamPair {
        var pair = try StreamPair(client: self.client(caller), server: self.server())
        try pair.shakeHands()
        return pair
    }

    /// Why a handshake over contexts read now fails; `nil` if it does not.
    func refusal(_ caller: Role = .orchestrator) throws -> TLSError? {
        try Self.refusal(client: self.client(caller), server: self.server())
    }

    static func refusal(client: TLSContext, server: TLSContext) throws -> TLSError? {
        var pair = try StreamPair(client: client, server: server)
        return failure { () throws(TLSError) in try pair.shakeHands() }
    }

    func serial(of role: Role) throws -> String {
        try CertificateInfo(reading: "\(self.folder)/\(role).crt").serial
    }
}

extension Validity {
    static let longPast = Validity(notBefore: 1_000_000_000, notAfter: 1_000_086_400)
}
