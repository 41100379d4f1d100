internal import AcquirerCore
internal import RPC

extension RPCError {
    /// - Parameter parentField: The request's field that names the authorization or capture.
    init(_ error: AcquirerError, parentField: String) {
        switch error {
        case .unknownPaymentMethod:
            self = .invalidArgument(
                field: "payment_method", "must be a test payment method, like pm_card_visa")
        case .amountNotPositive:
            self = .invalidArgument(field: "amount", "must be at least one minor unit")
        case .amountTooLarge(let left):
            self = .invalidArgument(
                field: "amount", "must be at most \(left), which is what is left")
        case .currencyMismatch(let expected):
            self = .invalidArgument(field: "amount.currency", "must be \(expected)")
        case .parentMissing:
            self = .notFound("\(parentField): the network knows no such operation")
        case .authorizationNotOpen:
            self = .failedPrecondition(
                .authorizationNotOpen, "the authorization was captured, voided or declined before")
        case .referenceReused:
            self = .alreadyExists(
                .referenceReused, "the reference was used for something else before")
        case .tooLate:
            self = RPCError(
                code: .deadlineExceeded, reason: .deadlineExceeded,
                message: "not_after_us has passed; nothing was done")
        }
    }
}
