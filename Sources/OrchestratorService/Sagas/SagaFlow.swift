internal import Messages
internal import RPC
internal import SagaCore
internal import Wire

/// A saga's plan together with the calls that carry it out.
struct SagaFlow: Sendable {
    let definition: SagaDefinition
    let steps: [FlowStep]

    /// - Throws: ``SagaDefinitionError`` for steps in an order that cannot always be ended.
    init(
        kind: String, variant: String = "", version: Int, _ steps: [FlowStep]
    ) throws(SagaDefinitionError) {
        self.steps = steps
        self.definition = try SagaDefinition(
            kind: kind, variant: variant, version: version, steps: steps.map(\.definition))
    }
}

/// One step: what is planned, how it is done and how it is undone.
struct FlowStep: Sendable {
    typealias Act = @Sendable (StepContext) async throws -> StepResult
    typealias Undo = @Sendable (StepContext) async throws -> UndoResult

    let definition: StepDefinition
    let act: Act
    let undo: Undo?

    /// The same step, done at the same time as the one before it.
    var alongside: FlowStep {
        FlowStep(definition: definition.alongside, act: act, undo: undo)
    }
}

/// What a participant said to an action. What it throws instead is classified by its code.
enum StepResult {
    /// The answer is kept for the steps that follow.
    case done(any Message)
    /// This saga does not need the step.
    case notNeeded
    /// A declared business failure; the answer is kept for the compensations.
    case refused(code: String, declineCode: String = "", message: String, answer: any Message)
    /// To be asked again until it is known.
    case inDoubt
}

/// What a participant said to a compensation.
enum UndoResult {
    case done
    case inDoubt
    case refused(String)
}

extension FlowStep {
    static func compensatable(
        _ name: String, act: @escaping Act, undo: @escaping Undo
    ) -> FlowStep {
        FlowStep(
            definition: StepDefinition(
                name: name, kind: .compensatable, retry: .patient, compensation: .persistent),
            act: act, undo: undo)
    }

    /// A compensatable step whose effect lies with the acquirer.
    static func external(_ name: String, act: @escaping Act, undo: @escaping Undo) -> FlowStep {
        FlowStep(
            definition: StepDefinition(
                name: name, kind: .compensatable, retry: .patient.forExternalEffects,
                compensation: .persistent.forExternalEffects,
                inDoubt: .persistent.forExternalEffects),
            act: act, undo: undo)
    }

    /// The step that decides. All ours have their effect with the acquirer.
    static func pivot(_ name: String, act: @escaping Act) -> FlowStep {
        FlowStep(
            definition: StepDefinition(
                name: name, kind: .pivot, retry: .persistent.forExternalEffects,
                inDoubt: .persistent.forExternalEffects),
            act: act, undo: nil)
    }

    static func retriable(_ name: String, act: @escaping Act) -> FlowStep {
        FlowStep(
            definition: StepDefinition(name: name, kind: .retriable, retry: .persistent),
            act: act, undo: nil)
    }
}

extension RetryPolicy {
    /// Before the pivot: long enough for a participant to be started again, and then the saga
    /// turns round.
    static let patient = RetryPolicy(
        attempts: 20, firstDelay: .milliseconds(50), cap: .seconds(3), attemptTimeout: .seconds(5))

    /// What has to come about in the end: for hours, from seconds to minutes apart.
    static let persistent = RetryPolicy(
        attempts: 200, firstDelay: .milliseconds(200), cap: .seconds(120),
        attemptTimeout: .seconds(5))

    /// A participant waits for the acquirer itself, by default for five seconds.
    var forExternalEffects: RetryPolicy {
        RetryPolicy(
            attempts: attempts, firstDelay: firstDelay, factor: factor, cap: cap,
            attemptTimeout: .seconds(10))
    }
}
