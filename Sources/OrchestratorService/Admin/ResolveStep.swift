internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine

extension SagaAdmin {
    /// Stores what an operator knows of a step in doubt, for another operator to approve.
    func resolveStep(
        _ request: SagaV1.ResolveStepRequest, context: CallContext
    ) async throws -> SagaV1.ResolveStepResponse {
        let id = try Validation.sagaID(request.sagaID)
        let evidence = try Validation.evidence(request.evidence)
        let reason = try Validation.orderReason(request.reason)
        return try await database.withTransaction { transaction in
            let record = try await LockedSaga.find(id, self.flows, in: transaction).record
            let step = try record.stepToResolve(named: request.step, by: evidence)
            let wish = OperatorWish(
                subject: .resolve(
                    id, step: record.saga.definition.steps[step].name, evidence), reason: reason)
            return SagaV1.ResolveStepResponse(
                request: try await self.store(wish, of: context.operator.text, in: transaction))
        }
    }
}

extension SagaRecord {
    /// The step in doubt.
    ///
    /// - Parameter name: What the operator takes for it; empty for whichever it is.
    /// - Throws: FAILED_PRECONDITION (`saga_unexpected_state`) if that is not in doubt;
    ///   INVALID_ARGUMENT for a reference that is not the step's.
    func stepToResolve(
        named name: String, by evidence: SagaV1.Evidence
    ) throws(RPCError) -> Int {
        guard let step = saga.stepInDoubt,
            name.isEmpty || saga.definition.steps[step].name == name
        else {
            let what = name.isEmpty ? "No step" : "Step \(name)"
            throw .failedPrecondition(.sagaUnexpectedState, "\(what) is in doubt.")
        }
        // "pi_…/saga_…/capture", and what undoing it appends to that.
        let parts = evidence.reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1] == id.description,
            parts[2] == saga.definition.steps[step].name
        else {
            throw .invalidArgument(
                field: "evidence.reference",
                "must be the step's key at the acquirer: pi_…/\(id)/"
                    + saga.definition.steps[step].name)
        }
        return step
    }
}
