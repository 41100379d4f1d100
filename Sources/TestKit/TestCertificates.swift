package import TLS

/// An authority and a certificate for every role, made once per process.
package enum TestCertificates {
    /// The folder that holds them.
    package static func folder() throws -> String {
        try Self.made.get()
    }

    package static func server(_ role: Role) throws -> TLSContext {
        try TLSContext(certificates: Self.folder(), role: role, side: .server)
    }

    package static func client(_ role: Role) throws -> TLSContext {
        try TLSContext(certificates: Self.folder(), role: role, side: .client)
    }

    /// A second authority that nobody else believes, with a certificate for every role.
    package static func strangers() throws -> String {
        try Self.madeStrangers.get()
    }

    private static let made = Result { try Self.make("certificates") }
    private static let madeStrangers = Result { try Self.make("strangers") }

    private static func make(_ name: String) throws -> String {
        let folder = try TemporaryFolder.make(name)
        let authority = try CertificateAuthority.create(in: folder)
        for role in Role.allCases {
            try authority.issue(role: role)
        }
        return folder
    }
}
