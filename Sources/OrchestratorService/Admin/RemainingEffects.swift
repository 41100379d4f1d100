internal import Messages
internal import SagaCore
internal import SagaEngine

extension SagaRecord {
    /// What would stay if nothing more were done, as operators see it.
    var remainingEffects: [SagaV1.RemainingEffect] {
        saga.remainingEffects.map { effect in
            let name = saga.definition.steps[effect.step].name
            return SagaV1.RemainingEffect(
                step: name, isCertain: effect.certainty == .done,
                effect: StepEffect.text(of: name))
        }
    }

    /// What would stay if it were stopped now.
    var effectsIfStopped: [SagaV1.RemainingEffect] {
        var stopped = self
        _ = try? stopped.saga.receive(.stopped)
        return stopped.remainingEffects
    }
}

/// What steps bring about, in words for operators.
enum StepEffect {
    static func text(of step: String) -> String {
        switch step {
        case "begin": "the payment belongs to this saga"
        case "reserve": "a part of the captured amount is set aside for the refund"
        case "lock_quote": "a quote is locked"
        case "open": "the refund is open"
        case "hold": "money is held in the ledger"
        case "authorize": "money is set aside at the acquirer"
        case "capture": "money was taken at the acquirer, or stays held, and the payment shows it"
        case "void": "money that was set aside at the acquirer is released"
        case "submit": "the acquirer gives money back"
        case "post": "money has moved in the ledger"
        case "void_hold": "money that was held in the ledger is released"
        case "consume_quote": "the quote is used"
        case "release_quote": "the quote is released"
        case "apply": "the payment shows the refund"
        case "cancel": "the payment is canceled"
        case "complete": "the refund shows the result"
        default: step
        }
    }

    /// What undoing does.
    static func undoing(_ step: String) -> String {
        switch step {
        case "begin": "gives the payment back, with why it failed"
        case "reserve": "gives back what was set aside for the refund"
        case "lock_quote": "releases the quote"
        case "open": "fails the refund"
        case "hold": "releases what is held in the ledger"
        case "authorize": "voids what is set aside at the acquirer"
        default: "undoes \(step)"
        }
    }
}
