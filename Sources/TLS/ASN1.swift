internal import COpenSSL
internal import Glibc

/// OpenSSL's times and numbers as ours.
enum ASN1 {
    /// Unix seconds; 0 for what is no time, so that it counts as long past.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(unsafe timegm(&parts))
    }

    /// Upper-case hexadecimal: how serial numbers are written everywhere.
    static func hexadecimal(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
        unsafe Self.text { bio in unsafe i2a_ASN1_INTEGER(bio, number) }
    }

    /// What OpenSSL prints into a BIO.
    static func text(_ print: (OpaquePointer?) -> Int32) -> String {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(bio) }
        _ = unsafe print(bio)
        return unsafe String(decoding: bytes(in: bio), as: UTF8.self)
    }
}

/// A copy of all that was written to a memory BIO.
func bytes(in bio: OpaquePointer?) -> [UInt8] {
    var data: UnsafeMutablePointer<CChar>?
    let count = unsafe florin_mem_bio_data(bio, &data)
    return unsafe Array(UnsafeRawBufferPointer(start: data, count: max(0, Int(count))))
}
