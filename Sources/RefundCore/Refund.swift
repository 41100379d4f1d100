package import FieldRules
package import Identifiers

/// One refund of a part of a payment.
///
///     pending ──completed──▶ succeeded
///        └──────failed─────▶ failed
///
/// `canceled` is a status of its own in the contract; nothing leads to it yet, as no refund waits
/// for anyone who could still change their mind.
///
/// Pure: it sees no clock and no database. Every transition returns the events to be written with
/// it; when it throws, the refund is unchanged.
package struct Refund: Hashable, Sendable {
    package enum Status: String, CaseIterable, Hashable, Sendable {
        case pending
        case succeeded
        case failed
        case canceled
    }

    package private(set) var request: RefundRequest
    package let createdAt: Timestamp
    package private(set) var status: Status
    /// Why it failed; empty unless it did.
    package private(set) var failureReason: String
    package private(set) var updatedAt: Timestamp

    /// Takes a refund as it was stored.
    package init(
        request: RefundRequest, createdAt: Timestamp, status: Status, failureReason: String,
        updatedAt: Timestamp
    ) {
        self.request = request
        self.createdAt = createdAt
        self.status = status
        self.failureReason = failureReason
        self.updatedAt = updatedAt
    }

    /// Makes a pending refund; its event is ``RefundEvent/created``.
    package init(_ request: RefundRequest, at now: Timestamp) {
        self.init(
            request: request, createdAt: now, status: .pending, failureReason: "", updatedAt: now)
    }

    package var id: RefundID { self.request.id }

    /// Checks that the acquirer may be asked for it.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` once it is decided.
    package func submitting(saga: SagaID) throws(RefundError) {
        guard self.request.sagaID == saga else { throw .notYours }
        guard self.status == .pending else { throw .unexpectedState(self.status) }
    }

    /// Changes what the merchant noted on it.
    ///
    /// - Parameter isCleared: Whether all other entries are taken away.
    /// - Throws: `.invalid` for the first entry at fault.
    package mutating func note(
        _ changes: [Metadata.Entry], isCleared: Bool, at now: Timestamp
    ) throws(RefundError) -> [RefundEvent] {
        do {
            let before = isCleared ? Metadata.none : self.request.metadata
            self.request.metadata = try before.merging(changes)
        } catch {
            throw .invalid(error)
        }
        self.updatedAt = now
        return [.updated]
    }

    /// The money goes back.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` when it failed before.
    package mutating func complete(
        saga: SagaID, at now: Timestamp
    ) throws(RefundError) -> [RefundEvent] {
        guard self.request.sagaID == saga else { throw .notYours }
        switch self.status {
        case .pending:
            self.status = .succeeded
            self.updatedAt = now
            return [.updated]
        case .succeeded: return []
        case .failed, .canceled: throw .unexpectedState(self.status)
        }
    }

    /// No money moved. The first reason stands.
    ///
    /// - Throws: `.notYours`; `.unexpectedState` when it succeeded before.
    package mutating func fail(
        _ reason: String, saga: SagaID, at now: Timestamp
    ) throws(RefundError) -> [RefundEvent] {
        guard self.request.sagaID == saga else { throw .notYours }
        switch self.status {
        case .pending:
            self.status = .failed
            self.failureReason = reason
            self.updatedAt = now
            return [.failed]
        case .failed: return []
        case .succeeded, .canceled: throw .unexpectedState(self.status)
        }
    }
}

/// What happened to a refund, by the names that Stripe gives it.
package enum RefundEvent: String, CaseIterable, Hashable, Sendable {
    case created = "refund.created"
    case updated = "refund.updated"
    case failed = "refund.failed"
}

package enum RefundReason: String, CaseIterable, Hashable, Sendable {
    case duplicate
    case fraudulent
    case requestedByCustomer = "requested_by_customer"
}

/// Why a refund refused something. It is unchanged then.
package enum RefundError: Error, Hashable, Sendable {
    case invalid(FieldError)
    case unexpectedState(Refund.Status)
    /// The refund belongs to another saga.
    case notYours
}

extension RefundError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalid(let error): error.description
        case .unexpectedState(let status):
            "the refund's status is \(status.rawValue), which does not allow this"
        case .notYours: "the refund belongs to another saga"
        }
    }
}
