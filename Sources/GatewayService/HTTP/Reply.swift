internal import GatewayCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// An answer in the making.
struct Reply {
    let requestID: String
    var version = ""
    var idempotencyKey: String?
    private var status = 200
    private var body: [UInt8] = []
    private var more: [(HTTPField.Name, String)] = []

    init(requestID: String) { self.requestID = requestID }

    mutating func set(_ answer: Answer) {
        self.status = answer.status
        self.body = answer.body
    }

    mutating func replay(_ answer: SavedAnswer) {
        self.status = answer.status
        self.body = answer.body
        self.more.append((.idempotentReplayed, "true"))
        self.more.append((.originalRequest, answer.requestID))
    }

    mutating func fail(_ error: APIError) {
        self.status = error.status
        self.body = error.body
        if let reason = error.limitedReason { self.more.append((.rateLimitedReason, reason)) }
        if let retry = error.shouldRetry { self.more.append((.shouldRetry, "\(retry)")) }
        switch error.status {
        case 401: self.more.append((.wwwAuthenticate, "Bearer realm=\"Florin\""))
        // What is left of such a body is not waited for.
        case 413: self.more.append((.connection, "close"))
        default: break
        }
    }

    var response: Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-cache, no-store"
        headers[.requestID] = self.requestID
        if !self.version.isEmpty { headers[.stripeVersion] = self.version }
        if let key = self.idempotencyKey { headers[.idempotencyKey] = key }
        for (name, value) in self.more { headers[name] = value }
        return Response(
            status: HTTPResponse.Status(code: self.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: self.body)))
    }
}

extension HTTPField.Name {
    private static func own(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header") }
        return name
    }

    static let idempotencyKey = own("Idempotency-Key")
    static let idempotentReplayed = own("Idempotent-Replayed")
    static let originalRequest = own("Original-Request")
    static let requestID = own("Request-Id")
    static let stripeVersion = own("Stripe-Version")
    static let stripeAccount = own("Stripe-Account")
    static let shouldRetry = own("Stripe-Should-Retry")
    static let rateLimitedReason = own("Stripe-Rate-Limited-Reason")
    /// Asks for the moving part of a page of the console alone.
    static let fragment = own("Florin-Fragment")
    static let referrerPolicy = own("Referrer-Policy")
}
