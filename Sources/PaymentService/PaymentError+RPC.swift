internal import FieldRules
internal import PaymentCore
internal import RPC

extension RPCError {
    init(_ error: PaymentError) {
        switch error {
        case .invalid(let field):
            self = .invalidArgument(field: field.field, field.problem)
        case .amountTooSmall(let problem):
            self = .invalidArgument(field: "amount", problem, reason: .amountTooSmall)
        case .amountTooLarge(let problem):
            self = .invalidArgument(field: "amount", problem, reason: .amountTooLarge)
        case .unexpectedState(let status):
            self = .failedPrecondition(
                .paymentIntentUnexpectedState, error.description,
                metadata: ["status": status.rawValue])
        case .paymentMethodMissing, .holdExpired, .notYours, .reservationClosed:
            self = .failedPrecondition(.paymentIntentUnexpectedState, error.description)
        case .frozen:
            self = .failedPrecondition(.paymentFrozen, error.description)
        case .busy:
            self = .failedPrecondition(.paymentBusy, error.description)
        case .amountNotCapturable, .amountNotRefundable:
            self = .invalidArgument(field: "amount", error.description)
        case .chargeNotCaptured:
            self = .failedPrecondition(.chargeNotCaptured, error.description)
        case .chargeAlreadyRefunded:
            self = .failedPrecondition(.chargeAlreadyRefunded, error.description)
        }
    }
}

/// Makes a refusal of the payment one of the call.
func refusing<Value>(_ decide: () throws(PaymentError) -> Value) throws(RPCError) -> Value {
    do {
        return try decide()
    } catch {
        throw RPCError(error)
    }
}

/// Makes a field that does not hold a refusal of the call.
func checking<Value>(_ check: () throws(FieldError) -> Value) throws(RPCError) -> Value {
    do {
        return try check()
    } catch {
        throw .invalidArgument(field: error.field, error.problem)
    }
}
