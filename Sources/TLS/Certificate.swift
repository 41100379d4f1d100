internal import COpenSSL

/// One X.509 certificate. Owns its `X509 *`.
@safe struct Certificate: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of `pointer`: the caller must not free it.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_free(self.pointer)
    }

    /// Reads the first certificate of PEM text.
    init(pem: [UInt8], named name: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let bio = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else {
            throw ErrorQueue.error(.library, "reading \(name)")
        }
        defer { unsafe BIO_free(bio) }
        guard let pointer = unsafe PEM_read_bio_X509(bio, nil, nil, nil) else {
            throw ErrorQueue.error(.badCertificate, "\(name) holds no certificate")
        }
        unsafe self.init(owning: pointer)
    }

    /// Lends the C object to `body`, which must not keep it.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(self.pointer)
    }

    var role: Role? { unsafe Self.role(of: self.pointer) }

    var validity: Validity { unsafe Self.validity(of: self.pointer) }

    /// SHA-256 of the whole certificate: the same only for the very same one.
    var digest: [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        unsafe X509_digest(self.pointer, EVP_sha256(), &digest, &count)
        return Array(digest.prefix(Int(count)))
    }

    /// Whether this authority's key signed `certificate` under the authority's name.
    func hasIssued(_ certificate: borrowing Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        let authority = unsafe self.pointer
        return unsafe certificate.withPointer { certificate in
            unsafe X509_NAME_cmp(
                X509_get_issuer_name(certificate), X509_get_subject_name(authority)) == 0
                && X509_verify(certificate, X509_get0_pubkey(authority)) == 1
        }
    }

    static func validity(of certificate: OpaquePointer) -> Validity {
        Validity(
            notBefore: unsafe ASN1.seconds(X509_get0_notBefore(certificate)),
            notAfter: unsafe ASN1.seconds(X509_get0_notAfter(certificate)))
    }

    /// Upper-case hexadecimal.
    static func serial(of certificate: OpaquePointer) -> String {
        unsafe ASN1.hexadecimal(X509_get0_serialNumber(certificate))
    }

    /// Whose it is within its role: the common name; `nil` where that only repeats the role, or is
    /// no ``HolderName``.
    static func holder(of certificate: OpaquePointer) -> String? {
        let name = unsafe X509_get_subject_name(certificate)
        let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0,
            let text = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
        else { return nil }
        let bytes = unsafe UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
        let holder = unsafe String(decoding: bytes, as: UTF8.self)
        let role = unsafe Self.role(of: certificate)
        return HolderName.isValid(holder) && holder != role?.rawValue ? holder : nil
    }

    /// The one role that a certificate names. `nil` if it names none, or more than one.
    static func role(of certificate: OpaquePointer) -> Role? {
        let uris = unsafe Self.alternativeNames(of: certificate).compactMap { name in
            if case .uri(let uri) = name { uri } else { nil }
        }
        return uris.count == 1 ? Role(uri: uris[0]) : nil
    }

    enum AlternativeName {
        case uri(String)
        case dns(String)
        case ip([UInt8])
    }

    static func alternativeNames(of certificate: OpaquePointer) -> [AlternativeName] {
        guard let found = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
        else { return [] }
        let names = OpaquePointer(found)
        defer { unsafe GENERAL_NAMES_free(names) }
        let count = unsafe florin_general_names_count(names)
        return (0..<count).compactMap { index in
            unsafe florin_general_name_at(names, index).flatMap { unsafe Self.read($0) }
        }
    }

    private static func read(_ name: UnsafeMutablePointer<GENERAL_NAME>) -> AlternativeName? {
        var length: Int32 = 0
        switch unsafe name.pointee.type {
        case GEN_URI:
            let start = unsafe florin_ia5_bytes(name, &length)
            return .uri(unsafe Self.text(start, length))
        case GEN_DNS:
            let start = unsafe florin_ia5_bytes(name, &length)
            return .dns(unsafe Self.text(start, length))
        case GEN_IPADD:
            let start = unsafe florin_octets(name, &length)
            return .ip(unsafe Array(UnsafeBufferPointer(start: start, count: Int(length))))
        default:
            return nil
        }
    }

    /// With its length: a NUL inside must not make two names look like one.
    private static func text(_ start: UnsafePointer<UInt8>?, _ length: Int32) -> String {
        unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }
}
