internal import FXCore
internal import RPC

/// Runs `body`; what it refuses reaches the caller as an RPC error.
func translatingFXErrors<Value>(
    _ body: () throws(FXError) -> Value
) throws(RPCError) -> Value {
    do throws(FXError) {
        return try body()
    } catch {
        throw RPCError(error)
    }
}

extension RPCError {
    init(_ error: FXError) {
        self =
            switch error.code {
            case .malformed, .empty, .partial, .duplicate, .sourceMismatch:
                .invalidArgument(field: "rates", error.description)
            case .sameCurrency:
                .invalidArgument(field: "to_currency", error.message)
            case .amountOutOfRange:
                .invalidArgument(field: "from.minor_units", error.message)
            case .rateNotFound:
                .notFound(error.message, reason: .rateNotFound)
            case .rateTooOld:
                .failedPrecondition(.rateTooOld, error.message)
            case .quoteExpired:
                .failedPrecondition(.fxQuoteExpired, error.message)
            case .quoteUsed:
                .failedPrecondition(.fxQuoteUsed, error.message)
            case .quoteNotLocked:
                .failedPrecondition(.fxQuoteMismatch, error.message)
            }
    }
}
