/// A small certificate authority in a folder, for development and for deployments without one.
///
///     ca.crt  ca.key          the authority; the key stays with whoever issues
///     <role>.crt  <role>.key  one pair for each role
///     ca.crl                  what it has taken back, once there is such a list
///
/// Keys are on P-256 and of mode 0600, the folder is of mode 0700, and a file is replaced whole.
package struct CertificateAuthority: Sendable {
    package let folder: String

    /// How long certificates are good unless told otherwise.
    package static let authorityDays = 3650
    package static let leafDays = 365

    /// Makes a new authority.
    ///
    /// - Parameter force: Replace one that is there. Every certificate it has issued is worthless
    ///   then.
    /// - Throws: `.exists` without `force`; `.file`.
    package static func create(
        in folder: String, validity: Validity = .days(authorityDays), force: Bool = false
    ) throws(TLSError) -> CertificateAuthority {
        let certificatePath = "\(folder)/ca.crt"
        let keyPath = "\(folder)/ca.key"
        guard force || !(Files.exists(certificatePath) || Files.exists(keyPath)) else {
            throw TLSError(
                .exists, "\(folder) holds an authority already; replacing it needs --force")
        }
        try Files.makePrivateFolder(folder)
        let key = try PrivateKey()
        let certificate = try unsafe CertificateRequest.authority(validity: validity)
            .sign(for: key, by: key, as: nil)
        try Files.write(key.pem(), to: keyPath, mode: 0o600)
        try Files.write(certificate, to: certificatePath, mode: 0o644)
        let made = CertificateAuthority(folder: folder)
        try made.replaceRevocationList()
        return made
    }

    private init(folder: String) {
        self.folder = folder
    }

    /// The authority that is in `folder`.
    ///
    /// - Throws: `.file` if there is none.
    package init(opening folder: String) throws(TLSError) {
        self.folder = folder
        _ = try Files.read("\(folder)/ca.crt")
        _ = try Files.read("\(folder)/ca.key")
    }

    /// Issues a certificate and a new key for `role`.
    ///
    /// - Parameters:
    ///   - output: Where to write them, and a copy of `ca.crt`; the authority's own folder if none
    ///     is given.
    ///   - hosts: DNS names and addresses besides localhost and 127.0.0.1.
    ///   - force: Replace a pair that is there.
    /// - Throws: `.exists` without `force`; `.invalidRequest` for an impossible host; `.file`.
    @discardableResult
    package func issue(
        role: Role, holder: String? = nil, in output: String? = nil, hosts: [String] = [],
        validity: Validity = .days(leafDays), force: Bool = false
    ) throws(TLSError) -> CertificateInfo {
        let target = output ?? self.folder
        let certificatePath = "\(target)/\(role).crt"
        let keyPath = "\(target)/\(role).key"
        guard force || !(Files.exists(certificatePath) || Files.exists(keyPath)) else {
            throw TLSError(
                .exists, "\(certificatePath) is there already; replacing it needs --force")
        }
        let request = try CertificateRequest.leaf(
            role: role, holder: holder, hosts: hosts, validity: validity)
        let authorityPEM = try Files.read("\(self.folder)/ca.crt")
        let authority = try Certificate(pem: authorityPEM, named: "\(self.folder)/ca.crt")
        let authorityKey = try PrivateKey(
            pem: Files.read("\(self.folder)/ca.key"), named: "\(self.folder)/ca.key")
        let key = try PrivateKey()
        let certificate = try unsafe authority.withPointer { (issuer) throws(TLSError) in
            try unsafe request.sign(for: key, by: authorityKey, as: issuer)
        }
        if let output, output != self.folder {
            try Files.makePrivateFolder(output)
            try Files.write(authorityPEM, to: "\(output)/ca.crt", mode: 0o644)
        }
        try Files.write(key.pem(), to: keyPath, mode: 0o600)
        try Files.write(certificate, to: certificatePath, mode: 0o644)
        return try CertificateInfo(reading: certificatePath)
    }

    /// What is in the folder: the authority first, then the roles that have a certificate.
    package func show() throws(TLSError) -> [CertificateInfo] {
        try Self.show(folder: self.folder)
    }

    /// The same of any folder with certificates, such as one without the authority's key.
    package static func show(folder: String) throws(TLSError) -> [CertificateInfo] {
        var found = [try CertificateInfo(reading: "\(folder)/ca.crt")]
        for role in Role.allCases where Files.exists("\(folder)/\(role).crt") {
            found.append(try CertificateInfo(reading: "\(folder)/\(role).crt"))
        }
        return found
    }

    /// Issues anew, with new keys and the holders and hosts of the old ones; the authority stays, so peers
    /// believe both until the old ones expire.
    ///
    /// - Parameter role: Whose; `nil` for every role that has one.
    /// - Throws: `.file` if `role` has none yet.
    package func rotate(
        role: Role? = nil, validity: Validity = .days(leafDays)
    ) throws(TLSError) -> [CertificateInfo] {
        let roles =
            role.map { [$0] } ?? Role.allCases.filter { Files.exists("\(self.folder)/\($0).crt") }
        var fresh: [CertificateInfo] = []
        for role in roles {
            let old = try CertificateInfo(reading: "\(self.folder)/\(role).crt")
            fresh.append(
                try self.issue(
                    role: role, holder: old.holder, hosts: old.hosts, validity: validity,
                    force: true))
        }
        return fresh
    }
}
