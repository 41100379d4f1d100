/// Why a request to an endpoint got no answer. What it tells is kept for merchants and operators to
/// see, so it has nothing of the request's in it.
enum WebhookProblem: Error, Hashable, Sendable {
    case addressUnknown
    case addressNotAllowed
    case notEncrypted
    case notConnected
    case notTrusted(String)
    case timedOut
    case closed
    case malformed
    /// The gateway stops: the attempt does not count.
    case stopped
}

extension WebhookProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .addressUnknown: "the host's name has no address"
        case .addressNotAllowed: "the host's address is not of the public internet"
        case .notEncrypted: "the URL is not https"
        case .notConnected: "no connection could be made"
        case .notTrusted(let reason): "TLS: \(reason)"
        case .timedOut: "no answer in time"
        case .closed: "the connection was closed without an answer"
        case .malformed: "the answer is not HTTP"
        case .stopped: "the gateway stopped"
        }
    }
}
