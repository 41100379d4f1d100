internal import SagaCore

/// All plans that this orchestrator knows, earlier versions included while sagas may follow them.
struct FlowBook: Sendable {
    let processPayment: SagaFlow
    let capturePayment: SagaFlow
    let cancelPayment: SagaFlow
    let refundPayment: SagaFlow
    private let flows: [Key: SagaFlow]

    private struct Key: Hashable {
        let kind: String
        let variant: String
        let version: Int
    }

    /// - Parameter earlier: Plans that no new saga gets, while there may be some that follow them.
    /// - Throws: ``SagaDefinitionError`` for a plan that cannot always be ended.
    init(earlier: [SagaFlow] = []) throws(SagaDefinitionError) {
        self.processPayment = try .processPayment()
        self.capturePayment = try .capturePayment()
        self.cancelPayment = try .cancelPayment()
        self.refundPayment = try .refundPayment()
        var flows: [Key: SagaFlow] = [:]
        let earlier = [try SagaFlow.processPaymentByAuthorization()] + earlier
        for flow in earlier + [processPayment, capturePayment, cancelPayment, refundPayment] {
            let plan = flow.definition
            flows[Key(kind: plan.kind, variant: plan.variant, version: plan.version)] = flow
        }
        self.flows = flows
    }

    /// The kinds that an operator may list sagas by.
    var kinds: Set<String> { Set(flows.keys.map(\.kind)) }

    /// Every plan, by kind, variant and version.
    var definitions: [SagaDefinition] {
        flows.values.map(\.definition).sorted {
            ($0.kind, $0.variant, $0.version) < ($1.kind, $1.variant, $1.version)
        }
    }

    func flow(kind: String, variant: String, version: Int) -> SagaFlow? {
        flows[Key(kind: kind, variant: variant, version: version)]
    }

    func flow(of plan: SagaDefinition) -> SagaFlow? {
        flow(kind: plan.kind, variant: plan.variant, version: plan.version)
    }
}
