/// The plan of one kind of saga: steps that can be undone, one that decides, steps that can only
/// succeed.
///
/// Steps are done in stages: one after the other, save those that are done alongside others.
package struct SagaDefinition: Hashable, Sendable {
    /// "process_payment"
    package let kind: String
    /// Which of several plans of the kind, such as "manual"; empty for the usual one.
    package let variant: String
    /// Rises with each change of the steps: a stored saga finishes by the plan it started with.
    package let version: Int
    package let steps: [StepDefinition]
    /// Where the pivot stands in ``steps``.
    package let pivot: Int

    /// - Throws: ``SagaDefinitionError`` if the steps do not stand in an order that can always be
    ///   ended, or a step's policies do not fit its kind.
    package init(
        kind: String, variant: String = "", version: Int, steps: [StepDefinition]
    ) throws(SagaDefinitionError) {
        guard let pivot = steps.firstIndex(where: { $0.kind == .pivot }) else {
            throw .pivotMissing
        }
        for (index, step) in steps.enumerated() {
            try Self.checkPlace(of: step, at: index, pivot: pivot)
            guard !step.isAlongside || Self.canJoin(step, index > 0 ? steps[index - 1] : nil) else {
                throw .cannotBeAlongside(step.name)
            }
            try Self.checkPolicies(of: step)
            guard !step.name.isEmpty, !steps[..<index].contains(where: { $0.name == step.name })
            else { throw .nameNotUnique(step.name) }
        }
        self.kind = kind
        self.variant = variant
        self.version = version
        self.steps = steps
        self.pivot = pivot
    }

    private static func checkPlace(
        of step: StepDefinition, at index: Int, pivot: Int
    ) throws(SagaDefinitionError) {
        switch step.kind {
        case .compensatable:
            guard index < pivot else { throw .compensatableAfterPivot(step.name) }
        case .pivot:
            guard index == pivot else { throw .secondPivot(step.name) }
        case .retriable:
            guard index > pivot else { throw .retriableBeforePivot(step.name) }
        }
    }

    /// Whether a step may be done at the same time as the one before it. The pivot decides alone.
    private static func canJoin(_ step: StepDefinition, _ previous: StepDefinition?) -> Bool {
        step.kind != .pivot && step.kind == previous?.kind
    }

    private static func checkPolicies(of step: StepDefinition) throws(SagaDefinitionError) {
        let policies = [step.retry, step.compensation, step.inDoubt].compactMap { $0 }
        guard policies.allSatisfy(\.isValid) else { throw .policyInvalid(step.name) }
        switch (step.kind, step.compensation) {
        case (.compensatable, let compensation?):
            guard compensation.attempts > step.retry.attempts else {
                throw .compensationBudgetTooSmall(step.name)
            }
        case (.compensatable, nil):
            throw .compensationMissing(step.name)
        case (.pivot, nil), (.retriable, nil):
            break
        case (.pivot, .some), (.retriable, .some):
            throw .compensationNotPossible(step.name)
        }
    }
}

extension SagaDefinition {
    /// The steps that are done at the same time as the given one, itself among them.
    package func stage(of step: Int) -> Range<Int> {
        let first = steps[...step].lastIndex { !$0.isAlongside } ?? step
        let next = steps[(step + 1)...].firstIndex { !$0.isAlongside } ?? steps.endIndex
        return first..<next
    }
}

/// Why a plan was refused; the text is the step's name.
package enum SagaDefinitionError: Error, Hashable, Sendable {
    case pivotMissing
    case secondPivot(String)
    case compensatableAfterPivot(String)
    case retriableBeforePivot(String)
    case nameNotUnique(String)
    /// The step before it is of another kind, or there is none, or it is the pivot.
    case cannotBeAlongside(String)
    case policyInvalid(String)
    case compensationMissing(String)
    case compensationNotPossible(String)
    /// Undoing must outlast doing, or a saga could end half undone.
    case compensationBudgetTooSmall(String)
}
