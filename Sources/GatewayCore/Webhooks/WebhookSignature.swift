/// `Stripe-Signature: t=…,v1=…`: that a request is from us, and of when.
package struct WebhookSignature: Hashable, Sendable {
    /// When the attempt was made, in seconds since 1970.
    package let time: Int64

    package init(time: Int64) { self.time = time }

    package static let header = "Stripe-Signature"

    /// What is signed, with HMAC-SHA256 and the text of a secret as its key.
    package func payload(_ body: [UInt8]) -> [UInt8] { Array("\(self.time).".utf8) + body }

    /// - Parameter codes: Of each secret that holds: two while one is being replaced.
    package func text(codes: [[UInt8]]) -> String {
        "t=\(self.time)" + codes.map { ",v1=\(Self.hex($0))" }.joined()
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}

/// The text that a merchant checks signatures by.
package enum WebhookSecret {
    package static let prefix = "whsec_"

    /// From which, with the account's secret as the key, an endpoint's secret is derived: none is
    /// kept.
    package static func seed(endpoint: String, generation: Int) -> [UInt8] {
        Array("\(self.prefix)\(endpoint)_\(generation)".utf8)
    }
}
