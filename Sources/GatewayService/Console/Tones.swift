internal import ConsoleCore
internal import Messages
internal import Money

// How states and amounts of messages are shown.

extension PaymentV1.PaymentStatus {
    var pill: HTML {
        let tone: Tone =
            switch self {
            case .succeeded: .good
            case .processing, .requiresCapture: .active
            default: .idle
            }
        return .pill("\(self)", tone)
    }
}

extension RefundV1.RefundStatus {
    var pill: HTML {
        let tone: Tone =
            switch self {
            case .succeeded: .good
            case .failed: .bad
            case .pending: .active
            default: .idle
            }
        return .pill("\(self)", tone)
    }
}

extension SagaV1.SagaStatus {
    var pill: HTML {
        let tone: Tone =
            switch self {
            case .succeeded: .good
            case .running: .active
            case .compensating, .compensated: .undone
            case .needsAttention: .bad
            default: .idle
            }
        return .pill("\(self)", tone)
    }
}

extension SagaV1.StepStatus {
    var tone: Tone {
        switch self {
        case .succeeded: .good
        case .intentRecorded: .active
        case .inDoubt: .doubt
        case .failed, .compensationFailed: .bad
        case .compensating, .compensated: .undone
        default: .idle
        }
    }
}

extension SagaV1.Saga {
    var isInDoubt: Bool { self.steps.contains { $0.status == .inDoubt } }

    /// Its state, and whether something of it is not known.
    var pills: HTML {
        "\(self.status.pill)\(HTML.when(self.isInDoubt, " \(HTML.pill("in doubt", .doubt))"))"
    }
}

extension CommonV1.Money {
    var html: HTML { "\(Money.text(self.minorUnits, self.currency))" }
}

extension CommonV1.Money? {
    var html: HTML { self.map(\.html) ?? "–" }
}
