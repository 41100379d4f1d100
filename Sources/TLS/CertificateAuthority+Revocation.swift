internal import Glibc

/// Taking certificates back. The list, `ca.crl`, is all there is to remember: who is on it stays
/// on it.
extension CertificateAuthority {
    /// How long a list holds unless told otherwise: short, as an older one may be passed off for it.
    package static let revocationDays = 30

    private var listPath: String { "\(self.folder)/ca.crl" }

    /// Makes the list anew, with the same entries and a later end; the first one if there is none.
    ///
    /// - Throws: `.badCertificate` if the list that is there is not this authority's; `.file`.
    @discardableResult
    package func renewRevocationList(
        validity: Validity = .days(revocationDays)
    ) throws(TLSError) -> RevocationInfo {
        try self.writeList(adding: nil, validity: validity)
    }

    /// Takes a certificate back and makes the list anew. One that is on it already stays as it was.
    ///
    /// - Parameters:
    ///   - name: A role, for the certificate of it in the authority's folder; a certificate's
    ///     file, told by its slash or its `.crt`; or a serial number in hexadecimal.
    ///   - moment: Since when, in Unix seconds; now if none is given.
    /// - Throws: `.invalidRequest` for what is none of these, or a certificate that this authority
    ///   has not issued; `.file` if there is no such file; what ``renewRevocationList(validity:)``
    ///   throws.
    @discardableResult
    package func revoke(
        _ name: String, at moment: Int64? = nil, validity: Validity = .days(revocationDays)
    ) throws(TLSError) -> RevocationInfo {
        let serial = try self.serial(of: name)
        return try self.writeList(
            adding: RevokedCertificate(serial: serial, since: moment ?? Int64(time(nil))),
            validity: validity)
    }

    /// A list of the authority that was here before is worthless, like all it has signed; without
    /// one in its place nobody could connect any more.
    func replaceRevocationList() throws(TLSError) {
        guard Files.exists(self.listPath) else { return }
        _ = try self.writeList(
            adding: nil, validity: .days(Self.revocationDays), keepsEntries: false)
    }

    private func serial(of name: String) throws(TLSError) -> String {
        let path: String
        if let role = Role(rawValue: name) {
            path = "\(self.folder)/\(role).crt"
        } else if name.contains("/") || name.hasSuffix(".crt") {
            path = name
        } else {
            return try RevokedCertificate.serial(parsing: name)
        }
        let certificate = try Certificate(pem: Files.read(path), named: path)
        guard try self.certificate().hasIssued(certificate) else {
            throw TLSError(
                .invalidRequest, "\(path) was not issued by the authority in \(self.folder)")
        }
        return unsafe certificate.withPointer { unsafe Certificate.serial(of: $0) }
    }

    /// Two at a time would lose the entry of one of them.
    private func writeList(
        adding entry: RevokedCertificate?, validity: Validity, keepsEntries: Bool = true
    ) throws(TLSError) -> RevocationInfo {
        try Files.withLock(on: "\(self.folder)/ca.key") { () throws(TLSError) in
            let authority = try self.certificate()
            let key = try PrivateKey(
                pem: Files.read("\(self.folder)/ca.key"), named: "\(self.folder)/ca.key")
            var revoked: [RevokedCertificate] = []
            var number: Int64 = 0
            if keepsEntries, Files.exists(self.listPath) {
                let old = try RevocationList(pem: Files.read(self.listPath), named: self.listPath)
                guard old.isSigned(by: authority) else {
                    throw TLSError(
                        .badCertificate,
                        "\(self.listPath) is not signed by the authority in ca.crt: move it away "
                            + "to begin a new one")
                }
                revoked = old.revoked
                number = old.number ?? 0
            }
            if let entry, !revoked.contains(where: { $0.serial == entry.serial }) {
                revoked.append(entry)
            }
            let request = RevocationListRequest(
                number: number + 1, validity: validity, revoked: revoked)
            try Files.write(
                request.sign(by: key, as: authority), to: self.listPath, mode: 0o644)
            return try RevocationInfo(reading: self.listPath)
        }
    }

    private func certificate() throws(TLSError) -> Certificate {
        try Certificate(pem: Files.read("\(self.folder)/ca.crt"), named: "\(self.folder)/ca.crt")
    }
}
