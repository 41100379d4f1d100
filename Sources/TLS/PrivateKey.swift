internal import COpenSSL

/// A private key on the curve P-256. Owns its `EVP_PKEY *`.
@safe struct PrivateKey: ~Copyable {
    private let pointer: OpaquePointer

    /// A new one.
    init() throws(TLSError) {
        ErrorQueue.clear()
        guard let pointer = unsafe florin_make_p256_key() else {
            throw ErrorQueue.error(.library, "making a key")
        }
        unsafe self.pointer = pointer
    }

    init(pem: [UInt8], named name: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let bio = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else {
            throw ErrorQueue.error(.library, "reading \(name)")
        }
        defer { unsafe BIO_free(bio) }
        guard let pointer = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil) else {
            throw ErrorQueue.error(.badCertificate, "\(name) holds no private key")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(self.pointer)
    }

    /// Lends the C object to `body`, which must not keep it.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(self.pointer)
    }

    /// As PEM text, not encrypted: the file's mode keeps it.
    func pem() throws(TLSError) -> [UInt8] {
        ErrorQueue.clear()
        guard let bio = unsafe BIO_new(BIO_s_mem()),
            unsafe PEM_write_bio_PKCS8PrivateKey(bio, self.pointer, nil, nil, 0, nil, nil) == 1
        else { throw ErrorQueue.error(.library, "writing a key") }
        defer { unsafe BIO_free(bio) }
        return unsafe bytes(in: bio)
    }
}
