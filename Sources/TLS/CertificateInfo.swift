internal import COpenSSL
internal import Glibc

/// What a certificate says, for people.
package struct CertificateInfo: Hashable, Sendable {
    package let path: String
    /// `CN = payment, O = florin`
    package let subject: String
    /// `nil` for the authority.
    package let role: Role?
    /// Who of the role holds it, if it says so.
    package let holder: String?
    /// Hexadecimal.
    package let serial: String
    package let validity: Validity
    /// SHA-256 of the certificate, as upper-case pairs with colons: what other tools print.
    package let fingerprint: String
    /// DNS names and addresses it also carries. The identity is the role, not these.
    package let hosts: [String]

    /// Reads the certificate at `path`.
    package init(reading path: String) throws(TLSError) {
        let certificate = try Certificate(pem: Files.read(path), named: path)
        self = unsafe certificate.withPointer {
            unsafe CertificateInfo(path: path, certificate: $0)
        }
    }

    private init(path: String, certificate: OpaquePointer) {
        self.path = path
        self.subject = unsafe ASN1.text { bio in
            unsafe X509_NAME_print_ex(
                bio, X509_get_subject_name(certificate), 0, florin_one_line)
        }
        self.role = unsafe Certificate.role(of: certificate)
        self.holder = unsafe Certificate.holder(of: certificate)
        self.serial = unsafe Certificate.serial(of: certificate)
        self.validity = unsafe Certificate.validity(of: certificate)
        self.fingerprint = unsafe Self.fingerprint(certificate)
        self.hosts = unsafe Certificate.alternativeNames(of: certificate).compactMap { name in
            switch name {
            case .dns(let host): host
            case .ip(let bytes): Self.address(bytes)
            case .uri: nil
            }
        }
    }

    private static func fingerprint(_ certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        unsafe X509_digest(certificate, EVP_sha256(), &digest, &count)
        return hex(digest.prefix(Int(count)), separator: ":").uppercased()
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard bytes.count == 4 || bytes.count == 16,
            unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
