internal import Identifiers
internal import PaymentCore

/// Under which a merchant made a payment.
struct PaymentKey: Hashable, Sendable {
    let merchantID: String
    let key: String
}

struct KnownPayment: Sendable {
    let id: PaymentID
    let requestHash: [UInt8]
}

struct NewPayment: Sendable {
    let id: PaymentID
    let key: PaymentKey
    let requestHash: [UInt8]
}
