internal import Identifiers
internal import PaymentCore
internal import TLS

/// Under which a merchant made a payment.
///
/// Kept as a digest: it is unique for as long as there are payments, and sixteen bytes are a third
/// of what callers' keys are.
struct PaymentKey: Hashable, Sendable {
    let digest: UUID128

    init(digest: UUID128) {
        self.digest = digest
    }

    /// - Parameter merchantID: Without '/', as all of them are.
    init(merchantID: String, key: String) {
        let hash = sha256(Array("\(merchantID)/\(key)".utf8))
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(digest: UUID128(high: word(hash[..<8]), low: word(hash[8..<16])))
    }
}

/// What a key has made; the payment itself may have been detached.
struct KnownPayment: Sendable {
    let id: PaymentID
    let requestHash: [UInt8]
}

struct NewPayment: Sendable {
    let id: PaymentID
    let key: PaymentKey
    let requestHash: [UInt8]
}
