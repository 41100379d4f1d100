package import Identifiers
package import Money

/// One payment and its latest charge.
///
///     requires_payment_method ─┐
///     requires_confirmation ───┼─ process ─▶ processing ─┬─ captured ─▶ succeeded
///     requires_action ─────────┘      ▲                  ├─ held ─▶ requires_capture ─ captured ─▶ succeeded
///          ▲                          │                  └─ failed ─▶ requires_payment_method,
///          └──────────────────────────┴───────────────────            requires_action, or as before
///
///     all but processing and the two ends ─ canceled ─▶ canceled
///
/// A saga begins work on the payment (``begin(_:saga:chargeID:at:)``) and ends it by `complete` or
/// `fail`; in between no other saga may. Refunds need no such exclusivity: they reserve their part
/// of what was captured, and the reservations never pass it.
///
/// Pure: it sees no clock and no database. Every transition returns the events to be written with
/// it; when it throws, the payment is unchanged.
package struct Payment: Hashable, Sendable {
    package enum Status: String, CaseIterable, Hashable, Sendable {
        case requiresPaymentMethod = "requires_payment_method"
        case requiresConfirmation = "requires_confirmation"
        case requiresAction = "requires_action"
        case processing
        case requiresCapture = "requires_capture"
        case succeeded
        case canceled

        /// Whether amount, payment method and how to settle may still be changed, and processing
        /// may begin.
        package var isOpen: Bool {
            switch self {
            case .requiresPaymentMethod, .requiresConfirmation, .requiresAction: true
            case .processing, .requiresCapture, .succeeded, .canceled: false
            }
        }

        package var isCancelable: Bool {
            switch self {
            case .requiresPaymentMethod, .requiresConfirmation, .requiresAction, .requiresCapture:
                true
            case .processing, .succeeded, .canceled: false
            }
        }
    }

    package enum CaptureMethod: String, CaseIterable, Hashable, Sendable {
        case automatic
        case manual
    }

    /// The work of the one saga that has the payment now.
    package struct Activity: Hashable, Sendable {
        package enum Work: Hashable, Sendable {
            /// `resume` is the status to return to when it fails for no fault of the card.
            case process(resume: Status)
            /// Minor units.
            case capture(Int64)
            case cancel
        }

        package let sagaID: SagaID
        package let work: Work

        package init(sagaID: SagaID, work: Work) {
            self.sagaID = sagaID
            self.work = work
        }
    }

    package struct Cancellation: Hashable, Sendable {
        package let reason: CancellationReason?
        package let at: Timestamp

        package init(reason: CancellationReason?, at: Timestamp) {
            self.reason = reason
            self.at = at
        }
    }

    package let id: PaymentID
    package let merchantID: String
    package let captureMethod: CaptureMethod
    package let createdAt: Timestamp
    package internal(set) var details: PaymentDetails
    package internal(set) var status: Status
    package internal(set) var activity: Activity?
    /// The last attempt.
    package internal(set) var charge: Charge?
    /// Why the last attempt failed; `nil` when it did not.
    package internal(set) var lastFailure: Failure?
    /// What the customer has to do; empty unless the status is `requiresAction`.
    package internal(set) var nextAction: String
    /// When money that was set aside is let go; `nil` unless the status is `requiresCapture`.
    package internal(set) var captureBefore: Timestamp?
    package internal(set) var cancellation: Cancellation?
    /// Why nothing more may be begun with it; `nil` unless it is frozen.
    package internal(set) var frozenReason: String?
    package internal(set) var updatedAt: Timestamp

    /// Takes a payment as it was stored.
    package init(
        id: PaymentID, merchantID: String, captureMethod: CaptureMethod, createdAt: Timestamp,
        details: PaymentDetails, status: Status, activity: Activity?, charge: Charge?,
        lastFailure: Failure?, nextAction: String, captureBefore: Timestamp?,
        cancellation: Cancellation?, frozenReason: String? = nil, updatedAt: Timestamp
    ) {
        self.id = id
        self.merchantID = merchantID
        self.captureMethod = captureMethod
        self.createdAt = createdAt
        self.details = details
        self.status = status
        self.activity = activity
        self.charge = charge
        self.lastFailure = lastFailure
        self.nextAction = nextAction
        self.captureBefore = captureBefore
        self.cancellation = cancellation
        self.frozenReason = frozenReason
        self.updatedAt = updatedAt
    }

    /// Makes a payment; its event is ``PaymentEvent/created``.
    package init(id: PaymentID, draft: PaymentDraft, at now: Timestamp) {
        self.init(
            id: id, merchantID: draft.merchantID, captureMethod: draft.captureMethod,
            createdAt: now, details: draft.details,
            status: draft.details.paymentMethod.isEmpty
                ? .requiresPaymentMethod : .requiresConfirmation,
            activity: nil, charge: nil, lastFailure: nil, nextAction: "", captureBefore: nil,
            cancellation: nil, updatedAt: now)
    }

    package var amount: Money { self.details.amount }

    /// Minor units that a capture may take.
    package var amountCapturable: Int64 {
        self.status == .requiresCapture ? self.amount.minorUnits : 0
    }

    /// Minor units that were taken.
    package var amountReceived: Int64 { self.charge?.amountCaptured ?? 0 }
}

/// What happened to a payment, by the names that Stripe gives it; ``updated``, ``frozen`` and
/// ``unfrozen`` are our own.
package enum PaymentEvent: String, CaseIterable, Hashable, Sendable {
    case created = "payment_intent.created"
    case updated = "payment_intent.updated"
    case processing = "payment_intent.processing"
    case requiresAction = "payment_intent.requires_action"
    case paymentFailed = "payment_intent.payment_failed"
    case amountCapturableUpdated = "payment_intent.amount_capturable_updated"
    case succeeded = "payment_intent.succeeded"
    case canceled = "payment_intent.canceled"
    case chargeSucceeded = "charge.succeeded"
    case chargeFailed = "charge.failed"
    case chargeCaptured = "charge.captured"
    case chargeRefunded = "charge.refunded"
    case frozen = "payment_intent.frozen"
    case unfrozen = "payment_intent.unfrozen"
}

package enum CancellationReason: String, CaseIterable, Hashable, Sendable {
    case requestedByCustomer = "requested_by_customer"
    case duplicate
    case fraudulent
    case abandoned
    /// Nobody captured it in time.
    case expired
}
