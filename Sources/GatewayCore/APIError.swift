/// How a request failed, as its caller is told.
package struct APIError: Error, Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case invalidRequest = "invalid_request_error"
        case card = "card_error"
        case idempotency = "idempotency_error"
        case api = "api_error"
    }

    /// What becomes of the request's idempotency key.
    package enum Remembered: Hashable, Sendable {
        /// Nothing was begun: the key is free again.
        case not
        /// A repeat is told the same.
        case always
        /// It is not known what was done: a repeat finds out, and comes to one outcome.
        case undecided
    }

    package var status: Int
    package var kind: Kind
    package var message: String
    package var code: String?
    package var param: String?
    package var declineCode: String?
    package var chargeID: String?
    /// The rendered payment intent that it is about.
    package var paymentIntent: [UInt8]?
    /// The rendered payment method that was refused.
    package var paymentMethod: [UInt8]?
    /// Sent as `Stripe-Rate-Limited-Reason`.
    package var limitedReason: String?
    /// Sent as `Stripe-Should-Retry`.
    package var shouldRetry: Bool?
    package var remembered: Remembered

    package init(
        status: Int, kind: Kind = .invalidRequest, _ message: String, code: String? = nil,
        param: String? = nil, remembered: Remembered = .not
    ) {
        self.status = status
        self.kind = kind
        self.message = message
        self.code = code
        self.param = param
        self.remembered = remembered
    }

    /// A parameter that does not hold.
    package static func invalid(
        _ message: String, _ param: String?, code: String? = nil
    ) -> APIError {
        APIError(status: 400, message, code: code, param: param)
    }

    /// Something that cannot be read as a form.
    package static func malformed(_ message: String, param: String? = nil) -> APIError {
        APIError(status: 400, message, param: param)
    }

    /// An id that nothing of the account has.
    ///
    /// - Parameter param: The parameter that named it; `nil` when it stood in the path.
    package static func missing(_ kind: String, _ id: String, param: String? = nil) -> APIError {
        APIError(
            status: param == nil ? 404 : 400, "No such \(kind): '\(id.prefix(80))'",
            code: "resource_missing", param: param ?? "id")
    }

    /// Its state does not allow it.
    package static func state(
        _ message: String, code: String? = nil, param: String? = nil
    ) -> APIError {
        APIError(status: 400, message, code: code, param: param, remembered: .always)
    }

    package static func unauthorized(_ message: String, code: String? = nil) -> APIError {
        APIError(status: 401, message, code: code)
    }

    package static func forbidden(_ message: String) -> APIError { APIError(status: 403, message) }

    /// More than may be.
    package static func limited(_ reason: String, _ message: String) -> APIError {
        var error = APIError(status: 429, message, code: "rate_limit")
        error.limitedReason = reason
        return error
    }

    /// Something else is at work on the object.
    package static let busy = APIError(
        status: 429,
        "This object cannot be accessed right now because another API request or process is "
            + "currently accessing it. Try again.", code: "lock_timeout")

    /// A part of the system does not answer.
    package static func unavailable(_ remembered: Remembered) -> APIError {
        var error = APIError(
            status: 503, kind: .api, "The service cannot answer at the moment. Try again.",
            remembered: remembered)
        error.shouldRetry = true
        return error
    }

    /// Something broke on our side.
    package static let broken = APIError(
        status: 500, kind: .api, "Something went wrong on Florin's end.", remembered: .always)
}

extension APIError {
    /// `{"error": {…}}`
    package var body: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("error") { json in
                json.optional("charge", self.chargeID)
                json.optional("code", self.code)
                json.optional("decline_code", self.declineCode)
                json.field("doc_url", "docs/gateway.md#errors")
                json.field("message", self.message)
                json.optional("param", self.param)
                if let intent = self.paymentIntent { json.raw("payment_intent", intent) }
                if let method = self.paymentMethod { json.raw("payment_method", method) }
                json.field("type", self.kind.rawValue)
            }
        }
        return json.bytes
    }
}
