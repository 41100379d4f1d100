/// What the files in force say of themselves, and whether other files may take their place.
struct Identity: Hashable, Sendable {
    let expiry: [CertificateExpiry]
    let ownSerial: String
    let isOwnRevoked: Bool
    /// `nil` when no peer is looked up in any.
    let list: RevocationInfo?
    /// Whether the process's own certificate is of the authority that it believes. It need not be:
    /// while a house changes from one authority to another, it is of the one that peers believe.
    private let isOwnTrusted: Bool
    private let authority: [UInt8]

    init(
        own: borrowing Certificate, isTrusted: Bool, authority: borrowing Certificate,
        list: RevocationInfo?
    ) {
        let serial = unsafe own.withPointer { unsafe Certificate.serial(of: $0) }
        self.ownSerial = serial
        self.isOwnTrusted = isTrusted
        self.isOwnRevoked = list?.revoked.contains { $0.serial == serial } == true && isTrusted
        self.authority = authority.digest
        self.list = list
        self.expiry =
            [
                CertificateExpiry(of: .own, own.validity),
                CertificateExpiry(of: .authority, authority.validity),
            ] + (list.map { [CertificateExpiry(of: .crl, $0.validity)] } ?? [])
    }

    /// - Throws: `.badCertificate` if this cannot be what somebody meant to put in the place of
    ///   `old`.
    func checkReplacing(_ old: Identity) throws(TLSError) {
        guard self.isOwnTrusted || !old.isOwnTrusted else {
            throw TLSError(
                .badCertificate, "the certificate is not of the authority that lies beside it")
        }
        guard self.authority == old.authority, let oldList = old.list else { return }
        guard let list else {
            throw TLSError(
                .badCertificate, "\(oldList.path) has gone: the list that was read last stays")
        }
        if let number = list.number, let oldNumber = oldList.number, number < oldNumber {
            throw TLSError(
                .badCertificate,
                "\(list.path) is number \(number), older than number \(oldNumber) in force")
        }
    }
}
