/// Why a call was refused, for programs: stable, lower snake case.
///
/// Every known reason has a page of its name in `docs/errors/`. A peer of a later version may send
/// one that is not known here, so this is no enum.
package struct ErrorReason: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    // What was asked for cannot be done.
    package static let invalidArgument = Self("invalid_argument")
    package static let resourceMissing = Self("resource_missing")
    package static let idempotencyError = Self("idempotency_error")
    package static let amountTooSmall = Self("amount_too_small")
    package static let amountTooLarge = Self("amount_too_large")

    // Payments and refunds.
    package static let paymentIntentUnexpectedState = Self("payment_intent_unexpected_state")
    package static let paymentBusy = Self("payment_busy")
    package static let paymentFrozen = Self("payment_frozen")
    package static let chargeAlreadyRefunded = Self("charge_already_refunded")
    package static let chargeNotCaptured = Self("charge_not_captured")
    package static let authorizationNotOpen = Self("authorization_not_open")
    package static let referenceReused = Self("reference_reused")

    // What operators order.
    package static let sagaUnexpectedState = Self("saga_unexpected_state")
    package static let planOutdated = Self("plan_outdated")
    package static let approvalByRequester = Self("approval_by_requester")
    package static let approvalExpired = Self("approval_expired")
    package static let approvalGiven = Self("approval_given")
    package static let evidenceContradicted = Self("evidence_contradicted")

    // The operation barrier of a saga's participant.
    package static let staleEpoch = Self("stale_epoch")
    package static let operationBlocked = Self("operation_blocked")
    package static let operationMismatch = Self("operation_mismatch")

    // Exchange.
    package static let fxQuoteExpired = Self("fx_quote_expired")
    package static let fxQuoteUsed = Self("fx_quote_used")
    package static let fxQuoteMismatch = Self("fx_quote_mismatch")
    package static let rateTooOld = Self("rate_too_old")
    package static let rateNotFound = Self("rate_not_found")
    package static let rateConflict = Self("rate_conflict")

    // The ledger.
    package static let balanceInsufficient = Self("balance_insufficient")
    package static let ledgerRefused = Self("ledger_refused")

    // The call itself.
    package static let permissionDenied = Self("permission_denied")
    package static let deadlineExceeded = Self("deadline_exceeded")
    package static let cancelled = Self("cancelled")
    package static let unavailable = Self("unavailable")
    package static let databaseUnavailable = Self("database_unavailable")
    package static let draining = Self("draining")
    package static let overloaded = Self("overloaded")
    package static let rateLimited = Self("rate_limited")
    package static let `internal` = Self("internal")
    package static let unknownMethod = Self("unknown_method")
    package static let malformedMessage = Self("malformed_message")
    package static let messageTooLarge = Self("message_too_large")

    /// Every reason that this version knows.
    package static let all: [ErrorReason] = [
        .invalidArgument, .resourceMissing, .idempotencyError, .amountTooSmall, .amountTooLarge,
        .paymentIntentUnexpectedState, .paymentBusy, .paymentFrozen, .chargeAlreadyRefunded,
        .chargeNotCaptured, .authorizationNotOpen, .referenceReused,
        .sagaUnexpectedState, .planOutdated, .approvalByRequester, .approvalExpired,
        .approvalGiven, .evidenceContradicted,
        .staleEpoch, .operationBlocked, .operationMismatch,
        .fxQuoteExpired, .fxQuoteUsed, .fxQuoteMismatch, .rateTooOld, .rateNotFound, .rateConflict,
        .balanceInsufficient, .ledgerRefused,
        .permissionDenied, .deadlineExceeded, .cancelled, .unavailable, .databaseUnavailable,
        .draining, .overloaded, .rateLimited, .internal, .unknownMethod, .malformedMessage,
        .messageTooLarge,
    ]
}

extension ErrorReason: CustomStringConvertible {
    package var description: String { self.rawValue }
}
