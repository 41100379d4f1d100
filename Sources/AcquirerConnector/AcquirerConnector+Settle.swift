package import AcquirerCore
package import RPC
package import ServiceKit

extension AcquirerConnector {
    /// Settles an operation in doubt by what operators know of it, after the acquirer was asked
    /// once more. The step that asked for it learns of it as it is repeated.
    ///
    /// - Returns: Whether the acquirer itself said the same.
    /// - Throws: NOT_FOUND without such an operation; FAILED_PRECONDITION
    ///   (`evidence_contradicted`) if the acquirer says otherwise, or may still do it.
    package func settle<Books: AttemptBooks>(
        _ reference: String, by evidence: AcquirerEvidence, in store: OperationStore<Books>,
        context: CallContext
    ) async throws -> Bool {
        guard var operation = try await AcquirerOperation.find(reference, in: store.database) else {
            throw RPCError.notFound("Nothing was asked of the acquirer under this reference.")
        }
        let settlement = await self.settle(&operation, by: evidence, context: context)
        try await self.note(operation, in: store)
        switch settlement {
        case .settled(let isChecked): return isChecked
        case .contradicted(let answer):
            throw RPCError.failedPrecondition(
                .evidenceContradicted, "The acquirer says otherwise: \(answer.summary).")
        case .tooEarly:
            throw RPCError.failedPrecondition(
                .evidenceContradicted,
                "The acquirer may still do it, until \(operation.attempt.notAfter); wait.")
        }
    }
}

extension AcquirerAttempt.Answer {
    /// For people.
    fileprivate var summary: String {
        switch self {
        case .decided(.approved): "approved"
        case .decided(.declined(let refusal)): "declined (\(refusal.code))"
        case .decided(.requiresAction): "the customer has to act first"
        case .decided(.absent): "never done"
        case .pending: "not decided yet"
        case .unknownReference: "the reference is not known"
        case .nothing: "no answer"
        }
    }
}
