package import Identifiers
package import Postgres
package import RPC
internal import TLS
package import Wire

/// For which step of which saga a call is made, and by whose authority.
///
/// It is the key of the operation barrier: see ``Postgres/PostgresPool/perform(_:empty:_:)``.
package struct Operation: Hashable, Sendable {
    package enum Kind: Int16, Hashable, Sendable {
        case action = 1
        case compensation = 2

        /// How the kind stands in `operation_barrier`.
        package var stored: Int16 { self.rawValue }

        /// - Throws: `.decoding` for a number that no kind has.
        package init(stored: Int16) throws(PostgresError) {
            guard let kind = Kind(rawValue: stored) else {
                throw PostgresError(.decoding, detail: "no operation has the number \(stored)")
            }
            self = kind
        }
    }

    package let sagaID: SagaID
    /// The step's name in the saga's definition; a compensation names the step that it undoes.
    package let step: String
    package let kind: Kind
    /// Rises each time an orchestrator claims the saga.
    package let epoch: Int64
    /// Of what was asked for: a repeat must ask for the same. `nil` where that is not checked.
    package let requestHash: [UInt8]?

    package init(
        sagaID: SagaID, step: String, kind: Kind, epoch: Int64, requestHash: [UInt8]? = nil
    ) {
        self.sagaID = sagaID
        self.step = step
        self.kind = kind
        self.epoch = epoch
        self.requestHash = requestHash
    }

    /// The same operation, asking for what `request` says.
    ///
    /// - Parameter request: Without its operation context, whose epoch differs between repeats.
    package func asking(for request: some Message) -> Operation {
        Operation(
            sagaID: self.sagaID, step: self.step, kind: self.kind, epoch: self.epoch,
            requestHash: sha256(request.encoded()))
    }
}

extension RPCError {
    /// An orchestrator that lost the saga to another one still talks.
    ///
    /// - Parameter current: The epoch seen, when it is known.
    package static func staleEpoch(_ operation: Operation, current: Int64? = nil) -> RPCError {
        let seen = current.map { "epoch \($0)" } ?? "a higher epoch"
        return .aborted(
            .staleEpoch, "\(operation.sagaID) has been claimed since: \(seen) was seen here",
            metadata: ["saga_id": "\(operation.sagaID)", "epoch": "\(operation.epoch)"])
    }

    /// The step was compensated before its action came, or before it was finished.
    package static func operationBlocked(_ operation: Operation) -> RPCError {
        .failedPrecondition(
            .operationBlocked, "step \(operation.step) of \(operation.sagaID) was compensated",
            metadata: ["saga_id": "\(operation.sagaID)", "step": operation.step])
    }

    /// A repeat asks for something else than the first call did.
    package static func operationMismatch(_ operation: Operation) -> RPCError {
        .failedPrecondition(
            .operationMismatch,
            "step \(operation.step) of \(operation.sagaID) was called with another request",
            metadata: ["saga_id": "\(operation.sagaID)", "step": operation.step])
    }
}
