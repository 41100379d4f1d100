internal import COpenSSL

/// What a new certificate is to say; ``sign(for:by:as:)`` makes it.
struct CertificateRequest {
    let commonName: String
    let validity: Validity
    /// X.509 extensions in OpenSSL's own notation, as in `openssl.cnf`.
    let extensions: [(id: Int32, value: String)]

    /// The certificate of the authority itself.
    static func authority(validity: Validity) -> CertificateRequest {
        CertificateRequest(
            commonName: "florin development CA", validity: validity,
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ])
    }

    /// The certificate of `role`. Operators and clients only ever call: theirs is no server's.
    ///
    /// - Parameter holder: Who of the role holds it; `nil` for a role that only one has.
    /// - Throws: `.invalidRequest` for a host that is neither a DNS name nor an address, or a
    ///   holder that is no ``HolderName``.
    static func leaf(
        role: Role, holder: String? = nil, hosts: [String], validity: Validity
    ) throws(TLSError) -> CertificateRequest {
        if let holder, !HolderName.isValid(holder) {
            throw TLSError(
                .invalidRequest,
                "\"\(holder)\" is no name of letters, digits and .-_@, at most "
                    + "\(HolderName.longest) long")
        }
        var names = ["URI:\(role.uri)", "DNS:localhost", "IP:127.0.0.1"]
        for host in hosts where host != "localhost" && host != "127.0.0.1" {
            names.append(try Self.alternativeName(of: host))
        }
        let isCallerOnly = role == .operator || role == .client
        return CertificateRequest(
            commonName: holder ?? role.rawValue, validity: validity,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, isCallerOnly ? "clientAuth" : "serverAuth,clientAuth"),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"),
                (NID_subject_alt_name, names.joined(separator: ",")),
            ])
    }

    /// Only what a host can consist of gets into OpenSSL's notation, where a comma begins another
    /// name: a host must not bring a role along.
    private static func alternativeName(of host: String) throws(TLSError) -> String {
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        let isClean =
            !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "*"):
                    true
                case UInt8(ascii: ":"): isAddress
                default: false
                }
            }
        guard isClean else {
            throw TLSError(.invalidRequest, "\"\(host)\" is neither a DNS name nor an IP address")
        }
        return isAddress ? "IP:\(host)" : "DNS:\(host)"
    }

    /// Makes the certificate of `key`, signed by `signer` under the name of `issuer`.
    ///
    /// - Parameter issuer: The authority's certificate; `nil` for one that signs itself.
    /// - Returns: The certificate as PEM text.
    func sign(
        for key: borrowing PrivateKey, by signer: borrowing PrivateKey, as issuer: OpaquePointer?
    ) throws(TLSError) -> [UInt8] {
        ErrorQueue.clear()
        guard let certificate = unsafe X509_new() else {
            throw ErrorQueue.error(.library, "making a certificate")
        }
        defer { unsafe X509_free(certificate) }
        try unsafe self.fill(certificate, issuer: issuer ?? certificate)
        try unsafe key.withPointer { (key) throws(TLSError) in
            try ErrorQueue.check("setting a key") { unsafe X509_set_pubkey(certificate, key) }
        }
        try unsafe self.addExtensions(to: certificate, issuer: issuer ?? certificate)
        let size = unsafe signer.withPointer { unsafe X509_sign(certificate, $0, EVP_sha256()) }
        guard size > 0, let bio = unsafe BIO_new(BIO_s_mem()) else {
            throw ErrorQueue.error(.library, "signing a certificate")
        }
        defer { unsafe BIO_free(bio) }
        try ErrorQueue.check("writing a certificate") {
            unsafe PEM_write_bio_X509(bio, certificate)
        }
        return unsafe bytes(in: bio)
    }

    private func fill(_ certificate: OpaquePointer, issuer: OpaquePointer) throws(TLSError) {
        // 127 random bits: unguessable, positive, and within the 20 octets X.509 allows.
        var serial = [UInt8](repeating: 0, count: 16)
        try ErrorQueue.check("drawing a serial number") {
            unsafe RAND_bytes(&serial, Int32(serial.count))
        }
        serial[0] = serial[0] & 0x7f | 0x40
        let number = unsafe BN_bin2bn(serial, Int32(serial.count), nil)
        defer { unsafe BN_free(number) }
        let name = unsafe X509_get_subject_name(certificate)
        let isFilled =
            unsafe X509_set_version(certificate, Int(X509_VERSION_3)) == 1
            && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
            && ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(self.validity.notBefore))
                != nil
            && ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(self.validity.notAfter)) != nil
            && X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, "florin", -1, -1, 0) == 1
            && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, self.commonName, -1, -1, 0)
                == 1
            && X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1
        guard isFilled else { throw ErrorQueue.error(.library, "filling a certificate") }
    }

    private func addExtensions(to certificate: OpaquePointer, issuer: OpaquePointer)
        throws(TLSError)
    {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        for (id, value) in self.extensions {
            ErrorQueue.clear()
            guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, id, value) else {
                throw ErrorQueue.error(.invalidRequest, "certificate extension \"\(value)\"")
            }
            defer { unsafe X509_EXTENSION_free(made) }
            try ErrorQueue.check("adding an extension") {
                unsafe X509_add_ext(certificate, made, -1)
            }
        }
    }
}
