internal import AcquirerConnector
internal import FieldRules
internal import Identifiers
internal import Postgres
internal import RPC
internal import RefundCore
internal import ServiceKit
internal import Stubs

/// Answers the refund service's methods; each has a file of its own.
struct Refunds: RefundServiceHandler {
    let store: RefundStore
    /// Where refunds are changed.
    let operations: OperationStore<RefundBooks>
    let connector: AcquirerConnector
    let clock: any WallClock
}

extension RPCError {
    static let refundMissing = RPCError.notFound("there is no refund of this id")

    init(_ error: RefundError) {
        switch error {
        case .invalid(let field):
            self = .invalidArgument(field: field.field, field.problem)
        case .unexpectedState(let status):
            self = .failedPrecondition(
                .paymentIntentUnexpectedState, error.description,
                metadata: ["status": status.rawValue])
        case .notYours:
            self = .failedPrecondition(.paymentIntentUnexpectedState, error.description)
        }
    }
}
