internal import Messages
internal import RPC
internal import SagaCore

extension SagaAdmin {
    func listDefinitions(
        _ request: SagaV1.ListDefinitionsRequest, context: CallContext
    ) async throws -> SagaV1.ListDefinitionsResponse {
        SagaV1.ListDefinitionsResponse(
            definitions: flows.definitions.map { SagaV1.SagaDefinition($0) })
    }
}

extension SagaV1.SagaDefinition {
    fileprivate init(_ plan: SagaCore.SagaDefinition) {
        self.init(
            kind: plan.kind, variant: plan.variant, version: Int64(plan.version),
            steps: plan.steps.map { step in
                SagaV1.StepPlan(
                    name: step.name, kind: SagaV1.StepKind(step.kind),
                    retry: SagaV1.AttemptPlan(step.retry),
                    compensation: step.compensation.map { SagaV1.AttemptPlan($0) },
                    inDoubt: step.inDoubt.map { SagaV1.AttemptPlan($0) },
                    isAlongside: step.isAlongside)
            })
    }
}

extension SagaV1.AttemptPlan {
    fileprivate init(_ policy: SagaCore.RetryPolicy) {
        self.init(
            attempts: Int64(policy.attempts), firstDelayMs: policy.firstDelay.wholeMilliseconds,
            longestDelayMs: policy.cap.wholeMilliseconds,
            timeoutMs: policy.attemptTimeout.wholeMilliseconds)
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
