internal import COpenSSL

/// A list of the certificates that an authority has taken back (CRL). Owns its `X509_CRL *`.
@safe struct RevocationList: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of `pointer`: the caller must not free it.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_CRL_free(self.pointer)
    }

    /// Reads the one list of PEM text.
    ///
    /// - Throws: `.badCertificate` without a list; with a second one, which would be passed over;
    ///   with a list that does not say until when it holds.
    init(pem: [UInt8], named name: String) throws(TLSError) {
        unsafe self.init(owning: try Self.read(pem, named: name))
    }

    private static func read(
        _ pem: [UInt8], named name: String
    ) throws(TLSError) -> OpaquePointer {
        ErrorQueue.clear()
        guard let bio = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else {
            throw ErrorQueue.error(.library, "reading \(name)")
        }
        defer {
            unsafe BIO_free(bio)
            ErrorQueue.clear()
        }
        guard let first = unsafe PEM_read_bio_X509_CRL(bio, nil, nil, nil) else {
            throw ErrorQueue.error(.badCertificate, "\(name) holds no revocation list")
        }
        if let second = unsafe PEM_read_bio_X509_CRL(bio, nil, nil, nil) {
            unsafe X509_CRL_free(first)
            unsafe X509_CRL_free(second)
            throw TLSError(.badCertificate, "\(name) holds more than one revocation list")
        }
        guard unsafe X509_CRL_get0_nextUpdate(first) != nil else {
            unsafe X509_CRL_free(first)
            throw TLSError(.badCertificate, "\(name) does not say until when it holds")
        }
        return unsafe first
    }

    /// Lends the C object to `body`, which must not keep it.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(self.pointer)
    }

    /// From when it was made to when the next one has to be there.
    var validity: Validity {
        Validity(
            notBefore: unsafe ASN1.seconds(X509_CRL_get0_lastUpdate(self.pointer)),
            notAfter: unsafe ASN1.seconds(X509_CRL_get0_nextUpdate(self.pointer)))
    }

    /// Rises with each list of an authority; `nil` if it has none, or one beyond 64 bits.
    var number: Int64? {
        guard let found = unsafe X509_CRL_get_ext_d2i(self.pointer, NID_crl_number, nil, nil)
        else { return nil }
        let integer = unsafe found.assumingMemoryBound(to: ASN1_INTEGER.self)
        defer { unsafe ASN1_INTEGER_free(integer) }
        var number: Int64 = 0
        return unsafe ASN1_INTEGER_get_int64(&number, integer) == 1 ? number : nil
    }

    var revoked: [RevokedCertificate] {
        let entries = unsafe X509_CRL_get_REVOKED(self.pointer)
        let count = unsafe florin_revoked_count(entries)
        return (0..<count).map { index in
            let entry = unsafe florin_revoked_at(entries, index)
            return RevokedCertificate(
                serial: unsafe ASN1.hexadecimal(X509_REVOKED_get0_serialNumber(entry)),
                since: unsafe ASN1.seconds(X509_REVOKED_get0_revocationDate(entry)))
        }
    }

    /// Whether `authority` made it, by name and by signature.
    func isSigned(by authority: borrowing Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        let list = unsafe self.pointer
        return unsafe authority.withPointer { authority in
            unsafe X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0
                && X509_CRL_verify(list, X509_get0_pubkey(authority)) == 1
        }
    }
}
