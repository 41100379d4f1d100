internal import Identifiers
internal import TLS

/// A hash of a request: its method, its path and its parameters.
func requestHash(_ target: String, _ parameters: [UInt8]) -> [UInt8] {
    sha256(Array(target.utf8) + [0] + parameters)
}

/// HMAC-SHA256 (RFC 2104).
func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    let block = 64
    var padded = key.count > block ? sha256(key) : key
    padded += Array(repeating: 0, count: block - padded.count)
    return sha256(padded.map { $0 ^ 0x5c } + sha256(padded.map { $0 ^ 0x36 } + message))
}

/// What a browser needs to know to go on with a payment: derived, so that it need not be kept.
enum ClientSecret {
    static func of(_ paymentIntent: String, _ account: StoredAccount) -> String {
        let code = hmac(key: account.secret, Array(paymentIntent.utf8))
        let secret = UUID128(bytes: code.prefix(16)) ?? UUID128(high: 0, low: 0)
        return "\(paymentIntent)_secret_\(RootID(uuid: secret).description.dropFirst(3))"
    }
}
