package import SagaCore

/// Carries out steps: calls the participants.
///
/// Both functions return within the attempt's timeout and can be repeated at any time: the
/// participants know a step by its saga and name. Steps of one stage are carried out at the same
/// time.
package protocol SagaExecutor: Sendable {
    func execute(_ call: StepCall) async -> StepOutcome
    func compensate(_ call: StepCall) async -> CompensationOutcome
}

/// One attempt to do or undo a step.
package struct StepCall: Sendable {
    package let record: SagaRecord
    package let step: Int
    package let timeout: Duration

    package init(record: SagaRecord, step: Int, timeout: Duration) {
        self.record = record
        self.step = step
        self.timeout = timeout
    }

    package var definition: StepDefinition { record.saga.definition.steps[step] }
}

/// How an attempt to do a step ended.
package enum StepOutcome: Sendable {
    /// - Parameter answer: What later steps need of it.
    case succeeded(answer: [UInt8])
    case skipped
    /// A declared business failure: the step was not done, for sure.
    ///
    /// - Parameter error: What to tell the caller if the saga never began.
    case refused(Failure, answer: [UInt8], error: any Error)
    /// Neither success nor refusal.
    case unknown(String)
    /// The participant does not know yet.
    case inDoubt
    /// The participant has seen a higher epoch: another drives the saga.
    case fenced
}

extension StepOutcome {
    /// Of steps that were tried at the same time, the place at which this is reported: what is
    /// certain before what turns the saga round.
    var reportingOrder: Int {
        switch self {
        case .fenced: 0
        case .succeeded, .skipped: 1
        case .inDoubt: 2
        case .unknown: 3
        case .refused: 4
        }
    }
}

/// How an attempt to undo a step ended.
package enum CompensationOutcome: Sendable {
    /// Undone, or there was nothing to undo.
    case compensated
    case unknown(String)
    case refused(String)
    case fenced
}
