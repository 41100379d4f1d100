internal import GatewayCore
internal import Identifiers

/// Which secrets an endpoint's signatures are made with.
struct WebhookKeys: Hashable, Sendable {
    let endpoint: WebhookEndpointID
    /// Which secret there is now.
    let generation: Int
    /// Until when the one before signs too.
    let previousUntil: Timestamp?

    /// The secret of now, as merchants have it.
    func secret(_ account: [UInt8]) -> String { self.secret(self.generation, account) }

    /// - Parameter account: The secret of the endpoint's account.
    func signature(_ body: [UInt8], at now: Timestamp, account: [UInt8]) -> String {
        let isReplacing = self.previousUntil.map { $0 > now } ?? false
        let generations = isReplacing ? [self.generation, self.generation - 1] : [self.generation]
        let signature = WebhookSignature(time: now.seconds)
        let payload = signature.payload(body)
        return signature.text(
            codes: generations.map { generation in
                hmac(key: Array(self.secret(generation, account).utf8), payload)
            })
    }

    /// With another secret, and the one of now beside it for a while.
    func rolled(until moment: Timestamp) -> WebhookKeys {
        WebhookKeys(
            endpoint: self.endpoint, generation: self.generation + 1, previousUntil: moment)
    }

    private func secret(_ generation: Int, _ account: [UInt8]) -> String {
        let seed = WebhookSecret.seed(
            endpoint: self.endpoint.description, generation: generation)
        let code = hmac(key: account, seed)
        let words = [code.prefix(16), code.suffix(16)].compactMap { UUID128(bytes: $0) }
        return WebhookSecret.prefix
            + words.map { String(RootID(uuid: $0).description.dropFirst(3)) }.joined()
    }
}
