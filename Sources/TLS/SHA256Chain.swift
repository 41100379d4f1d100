internal import COpenSSL

/// A hash of everything that was added, in order: each link is SHA-256(the link before, the bytes).
///
/// Whoever knows the last link can tell that nothing before it was changed.
@safe package struct SHA256Chain: ~Copyable {
    private let context: OpaquePointer  // EVP_MD_CTX *
    /// The last link: 32 bytes.
    package private(set) var link: [UInt8]

    /// - Parameter link: Where to go on; 32 zeros at the beginning of all.
    package init(after link: [UInt8]) {
        // Some hundred bytes: without them nothing of the process would go on either.
        guard let context = unsafe EVP_MD_CTX_new() else { fatalError("out of memory") }
        unsafe self.context = context
        self.link = link
    }

    deinit { unsafe EVP_MD_CTX_free(self.context) }

    /// The first 64 bits of the last link.
    package var check: UInt64 { self.link[0..<8].reduce(0) { $0 << 8 | UInt64($1) } }

    /// Goes back, or on, to another link.
    package mutating func set(_ link: [UInt8]) { self.link = link }

    package mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe self.link.withUnsafeMutableBufferPointer { link in
                _ = unsafe EVP_DigestInit_ex(self.context, florin_sha256(), nil)
                _ = unsafe EVP_DigestUpdate(self.context, link.baseAddress, link.count)
                _ = unsafe EVP_DigestUpdate(self.context, bytes.baseAddress, bytes.count)
                _ = unsafe EVP_DigestFinal_ex(self.context, link.baseAddress, nil)
            }
        }
    }
}
