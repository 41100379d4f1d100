/// What may be done about a step once it was done.
package enum StepKind: String, CaseIterable, Hashable, Sendable {
    /// Can be undone. Comes before the pivot.
    case compensatable
    /// Decides: once it is done the saga only goes forward.
    case pivot
    /// Can only succeed in the end. Comes after the pivot.
    case retriable
}

/// One step of a saga, as it is planned.
package struct StepDefinition: Hashable, Sendable {
    /// Part of the participants' barrier key: never renamed.
    package let name: String
    package let kind: StepKind
    /// For the action.
    package let retry: RetryPolicy
    /// For undoing it; has a larger budget than ``retry``. Only a compensatable step has one.
    package let compensation: RetryPolicy?
    /// For learning what became of an action whose effect lies outside and is in doubt; `nil`
    /// for a step whose participant always knows.
    package let inDoubt: RetryPolicy?
    /// Whether it is done at the same time as the step before it, of which it needs nothing.
    package let isAlongside: Bool

    package init(
        name: String, kind: StepKind, retry: RetryPolicy, compensation: RetryPolicy? = nil,
        inDoubt: RetryPolicy? = nil, isAlongside: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.retry = retry
        self.compensation = compensation
        self.inDoubt = inDoubt
        self.isAlongside = isAlongside
    }

    /// The same step, done at the same time as the one before it.
    package var alongside: StepDefinition {
        StepDefinition(
            name: name, kind: kind, retry: retry, compensation: compensation, inDoubt: inDoubt,
            isAlongside: true)
    }
}
