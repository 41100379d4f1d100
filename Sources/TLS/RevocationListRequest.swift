internal import COpenSSL

/// What a new revocation list is to say; ``sign(by:as:)`` makes it.
struct RevocationListRequest {
    let number: Int64
    let validity: Validity
    let revoked: [RevokedCertificate]

    /// Makes the list, signed by `signer` under the name of `issuer`.
    ///
    /// - Returns: The list as PEM text.
    func sign(
        by signer: borrowing PrivateKey, as issuer: borrowing Certificate
    ) throws(TLSError) -> [UInt8] {
        ErrorQueue.clear()
        guard let pointer = unsafe X509_CRL_new() else {
            throw ErrorQueue.error(.library, "making a revocation list")
        }
        defer { unsafe X509_CRL_free(pointer) }
        try unsafe issuer.withPointer { (issuer) throws(TLSError) in
            try unsafe self.fill(pointer, issuer: issuer)
        }
        for entry in self.revoked { try unsafe self.add(entry, to: pointer) }
        unsafe X509_CRL_sort(pointer)
        let size = unsafe signer.withPointer { unsafe X509_CRL_sign(pointer, $0, EVP_sha256()) }
        guard size > 0, let bio = unsafe BIO_new(BIO_s_mem()) else {
            throw ErrorQueue.error(.library, "signing a revocation list")
        }
        defer { unsafe BIO_free(bio) }
        try ErrorQueue.check("writing a revocation list") {
            unsafe PEM_write_bio_X509_CRL(bio, pointer)
        }
        return unsafe bytes(in: bio)
    }

    private func fill(_ list: OpaquePointer, issuer: OpaquePointer) throws(TLSError) {
        let made = unsafe ASN1_TIME_set(nil, time_t(self.validity.notBefore))
        let next = unsafe ASN1_TIME_set(nil, time_t(self.validity.notAfter))
        let number = unsafe ASN1_INTEGER_new()
        defer {
            unsafe ASN1_TIME_free(made)
            unsafe ASN1_TIME_free(next)
            unsafe ASN1_INTEGER_free(number)
        }
        let isFilled =
            unsafe X509_CRL_set_version(list, Int(X509_CRL_VERSION_2)) == 1
            && X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) == 1
            && X509_CRL_set1_lastUpdate(list, made) == 1
            && X509_CRL_set1_nextUpdate(list, next) == 1
            && ASN1_INTEGER_set_int64(number, self.number) == 1
            && X509_CRL_add1_ext_i2d(list, NID_crl_number, number, 0, UInt(X509V3_ADD_DEFAULT)) == 1
        guard isFilled else { throw ErrorQueue.error(.library, "filling a revocation list") }

        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, nil, nil, list, 0)
        let identifier = unsafe X509V3_EXT_conf_nid(
            nil, &context, NID_authority_key_identifier, "keyid")
        defer { unsafe X509_EXTENSION_free(identifier) }
        try ErrorQueue.check("adding an extension") {
            unsafe X509_CRL_add_ext(list, identifier, -1)
        }
    }

    private func add(_ entry: RevokedCertificate, to list: OpaquePointer) throws(TLSError) {
        var number: OpaquePointer?
        let digits = unsafe BN_hex2bn(&number, entry.serial)
        let serial = unsafe BN_to_ASN1_INTEGER(number, nil)
        let since = unsafe ASN1_TIME_set(nil, time_t(entry.since))
        let revoked = unsafe X509_REVOKED_new()
        defer {
            unsafe BN_free(number)
            unsafe ASN1_INTEGER_free(serial)
            unsafe ASN1_TIME_free(since)
        }
        // The list takes the entry over only when it succeeds.
        guard digits > 0, unsafe X509_REVOKED_set_serialNumber(revoked, serial) == 1,
            unsafe X509_REVOKED_set_revocationDate(revoked, since) == 1,
            unsafe X509_CRL_add0_revoked(list, revoked) == 1
        else {
            unsafe X509_REVOKED_free(revoked)
            throw ErrorQueue.error(.library, "revoking \(entry.serial)")
        }
    }
}
