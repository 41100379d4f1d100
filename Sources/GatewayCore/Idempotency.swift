package import Identifiers

/// What is known of an idempotency key that a request came with.
package struct IdempotencyRecord: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// A gateway works on it, if that gateway is alive.
        case running(isOwnerAlive: Bool)
        case done(SavedAnswer)
    }

    /// The root of all that the request makes: the same however often it is begun.
    package let id: UUID128
    package let requestHash: [UInt8]
    package let state: State

    package init(id: UUID128, requestHash: [UInt8], state: State) {
        self.id = id
        self.requestHash = requestHash
        self.state = state
    }
}

/// What a request was answered with.
package struct SavedAnswer: Hashable, Sendable {
    package let status: Int
    package let body: [UInt8]
    /// Of the request that was answered first.
    package let requestID: String

    package init(status: Int, body: [UInt8], requestID: String) {
        self.status = status
        self.body = body
        self.requestID = requestID
    }
}

/// What is to be done with a request that has a key.
package enum IdempotencyDecision: Hashable, Sendable {
    /// Nobody has begun it.
    case execute
    /// Whoever began it does not go on: it is carried out from the same root.
    case resume(id: UUID128)
    case replay(SavedAnswer)
    case refuse(APIError)

    /// - Parameters:
    ///   - record: As it was found; `nil` when the key is new.
    ///   - requestHash: Of the request's method, path and parameters.
    package init(_ record: IdempotencyRecord?, requestHash: [UInt8], key: String) {
        guard let record else {
            self = .execute
            return
        }
        guard record.requestHash == requestHash else {
            self = .refuse(
                APIError(
                    status: 400, kind: .idempotency,
                    "Keys for idempotent requests can only be used with the same parameters they "
                        + "were first used with. Try using a key other than '\(key.prefix(255))' "
                        + "if you meant to execute a different request."))
            return
        }
        switch record.state {
        case .done(let answer): self = .replay(answer)
        case .running(isOwnerAlive: false): self = .resume(id: record.id)
        case .running(isOwnerAlive: true): self = .refuse(.keyInUse)
        }
    }
}

extension APIError {
    package static let keyInUse = APIError(
        status: 409,
        "There is currently another in-progress request using this idempotency key (that probably "
            + "means you submitted twice, and the other request is still going through). Try again "
            + "later.", code: "idempotency_key_in_use")

    package static let keyTooLong = APIError(
        status: 400, kind: .idempotency, "Idempotency keys can have at most 255 characters.")
}
