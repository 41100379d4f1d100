internal import GatewayCore
internal import RPC

extension APIError {
    /// What a service's refusal is to the caller of the API.
    ///
    /// - Parameter params: What the API calls a service's fields, where it is another name.
    init(_ error: RPCError, params: [String: String] = [:]) {
        switch error.code {
        case .invalidArgument, .outOfRange: self = Self.invalid(error, params)
        case .notFound where error.reason == .rateNotFound:
            self = .invalid(error.message, nil, code: "rate_not_found")
        case .notFound:
            self = APIError(
                status: 404, error.message, code: "resource_missing", param: "id")
        case .failedPrecondition, .alreadyExists, .aborted: self = Self.state(error)
        case .unavailable, .deadlineExceeded, .cancelled:
            self = .unavailable(.undecided)
        case .resourceExhausted:
            self = .limited("resource-specific", "The service is too busy. Try again.")
            self.remembered = .undecided
        case .ok, .unknown, .permissionDenied, .unimplemented, .internal, .dataLoss,
            .unauthenticated:
            self = .broken
        }
    }

    private static func invalid(_ error: RPCError, _ params: [String: String]) -> APIError {
        let field = error.violations.first?.field ?? ""
        let param = params[field] ?? Self.param(field)
        let problem = error.violations.first?.description ?? error.message
        let code: String? =
            switch error.reason {
            case .amountTooSmall: "amount_too_small"
            case .amountTooLarge: "amount_too_large"
            default: nil
            }
        if param == "payment_method" { return .invalid(problem, param, code: "resource_missing") }
        return .invalid(
            param.map { "Invalid \($0): \(problem)" } ?? problem, param, code: code)
    }

    /// "amount.currency" is "currency" here.
    private static func param(_ field: String) -> String? {
        switch field {
        case "": nil
        case "amount.currency", "from.currency": "currency"
        case "amount.minor_units", "from", "from.minor_units": "amount"
        case "payment_method_id": "payment_method"
        case "customer_id": "customer"
        case "quote_id": "fx_quote"
        case "page.cursor": "starting_after"
        case "newer_than": "ending_before"
        default: field.hasPrefix("metadata") ? "metadata" : field
        }
    }

    private static func state(_ error: RPCError) -> APIError {
        switch error.reason {
        case .paymentBusy: return .busy
        case .paymentFrozen: return .state(error.message, code: "payment_intent_unexpected_state")
        case .chargeNotCaptured:
            return .state("This PaymentIntent does not have a successful charge to refund.")
        case .chargeAlreadyRefunded:
            return .state("Charge has already been refunded.", code: "charge_already_refunded")
        case .idempotencyError: return .broken
        case .staleEpoch, .operationBlocked: return .unavailable(.undecided)
        default: return .state(error.message, code: error.reason?.rawValue)
        }
    }
}
