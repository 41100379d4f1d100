/// A payment method of the sandbox, known by name, that always behaves the same way.
package enum TestPaymentMethod: String, CaseIterable, Hashable, Sendable {
    case visa = "pm_card_visa"
    case visaDebit = "pm_card_visa_debit"
    case mastercard = "pm_card_mastercard"
    case mastercardDebit = "pm_card_mastercard_debit"
    case mastercardPrepaid = "pm_card_mastercard_prepaid"
    case amex = "pm_card_amex"
    case discover = "pm_card_discover"
    case diners = "pm_card_diners"
    case jcb = "pm_card_jcb"
    case unionPay = "pm_card_unionpay"
    case declined = "pm_card_visa_chargeDeclined"
    case insufficientFunds = "pm_card_visa_chargeDeclinedInsufficientFunds"
    case lostCard = "pm_card_visa_chargeDeclinedLostCard"
    case stolenCard = "pm_card_visa_chargeDeclinedStolenCard"
    case usedTooOften = "pm_card_visa_chargeDeclinedVelocityLimitExceeded"
    case expiredCard = "pm_card_chargeDeclinedExpiredCard"
    case incorrectCVC = "pm_card_chargeDeclinedIncorrectCvc"
    case processingError = "pm_card_chargeDeclinedProcessingError"
    case authenticationRequired = "pm_card_authenticationRequired"
    case refundFails = "pm_card_refundFail"
    case refundPends = "pm_card_pendingRefund"
    /// Approved as any other; the dispute itself is not simulated.
    case createsDispute = "pm_card_createDispute"
    /// Approved, and answered eight seconds later.
    case answersLate = "pm_card_answersLate"
    /// Approved, and never answered.
    case neverAnswers = "pm_card_neverAnswers"
    /// Never carried out, and never answered.
    case requestLost = "pm_card_requestLost"

    package init?(named name: String) {
        self.init(rawValue: name)
    }

    /// What it does to one kind of operation when no script says otherwise.
    ///
    /// - Parameter pendingRefund: How long a refund stays undecided where it does.
    package func conduct(for kind: Effect.Kind, pendingRefund: Duration) -> Conduct {
        switch kind {
        case .authorize, .purchase: self.authorizing
        case .capture, .void: .approve
        case .refund:
            switch self {
            case .refundFails: Conduct(.pend(pendingRefund, failing: .refundFailed))
            case .refundPends: Conduct(.pend(pendingRefund, failing: nil))
            default: .approve
            }
        }
    }

    private var authorizing: Conduct {
        switch self {
        case .visa, .visaDebit, .mastercard, .mastercardDebit, .mastercardPrepaid, .amex, .discover,
            .diners, .jcb, .unionPay, .refundFails, .refundPends, .createsDispute:
            .approve
        case .declined: Conduct(.decline(.declined("generic_decline")))
        case .insufficientFunds: Conduct(.decline(.declined("insufficient_funds")))
        case .lostCard: Conduct(.decline(.declined("lost_card")))
        case .stolenCard: Conduct(.decline(.declined("stolen_card")))
        case .usedTooOften: Conduct(.decline(.declined("card_velocity_exceeded")))
        case .expiredCard: Conduct(.decline(.declined("expired_card")))
        case .incorrectCVC: Conduct(.decline(.declined("incorrect_cvc")))
        case .processingError: Conduct(.decline(.declined("processing_error")))
        case .authenticationRequired: Conduct(.requireAction(.authenticationRequired))
        case .answersLate: Conduct(.approve, delivery: .late(by: .seconds(8)))
        case .neverAnswers: Conduct(.approve, delivery: .never)
        case .requestLost: Conduct(.ignore, delivery: .never)
        }
    }
}
