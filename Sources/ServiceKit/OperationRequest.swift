internal import Identifiers
package import Messages
package import RPC
package import Wire

/// A request that says for which step of which saga it is made.
package protocol OperationRequest: Message {
    var operation: CommonV1.OperationContext? { get set }
}

extension Operation {
    /// The operation of a request, and what it asks for.
    ///
    /// - Parameter kind: The only kind that makes sense for the method; `nil` when both do.
    /// - Throws: `INVALID_ARGUMENT` when the operation is missing, malformed or of another kind.
    package init(of request: some OperationRequest, as kind: Kind? = nil) throws(RPCError) {
        let operation = try Operation(request.operation)
        if let kind, operation.kind != kind {
            throw .invalidArgument(
                field: "operation.kind",
                "must be \(kind == .action ? "ACTION" : "COMPENSATION") for this method")
        }
        // The epoch in it differs between repeats.
        var asked = request
        asked.operation = nil
        self = operation.asking(for: asked)
    }
}

extension Operation {
    /// - Throws: `INVALID_ARGUMENT` when it is missing or one of its fields does not hold.
    package init(_ wire: CommonV1.OperationContext?) throws(RPCError) {
        guard let wire else { throw .invalidArgument(field: "operation", "must be given") }
        let kind: Kind
        switch wire.kind {
        case .action: kind = .action
        case .compensation: kind = .compensation
        default:
            throw .invalidArgument(field: "operation.kind", "must be ACTION or COMPENSATION")
        }
        let isName = wire.step.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard isName, (1...64).contains(wire.step.utf8.count) else {
            throw .invalidArgument(
                field: "operation.step", "must be 1 to 64 characters of a-z and '_'")
        }
        guard wire.epoch >= 1 else {
            throw .invalidArgument(field: "operation.epoch", "must be at least 1")
        }
        self.init(
            sagaID: try SagaID(wire.sagaID, field: "operation.saga_id"), step: wire.step,
            kind: kind, epoch: wire.epoch)
    }
}
