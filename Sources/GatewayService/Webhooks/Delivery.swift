internal import GatewayCore
internal import Identifiers

/// Which event is for which endpoint.
struct DeliveryKey: Hashable, Sendable {
    let scope: Scope
    let sequence: Int64
    let endpoint: WebhookEndpointID
}

/// A delivery that this gateway attempts now.
struct Delivery: Sendable {
    let key: DeliveryKey
    let url: String
    let keys: WebhookKeys
    let accountSecret: [UInt8]
    /// The body of the request.
    let event: [UInt8]
    /// This one included.
    let attempts: Int
    let begunAt: Timestamp
    /// Of the endpoint, since it took something.
    let failures: Int
}

/// How an attempt ended.
struct Settlement: Sendable {
    enum State: Hashable, Sendable {
        case delivered
        case again(Timestamp)
        case dead
        /// The attempt was broken off by us, and does not count.
        case abandoned
    }

    let delivery: Delivery
    let state: State
    let result: Result<WebhookAnswer, WebhookProblem>
}
