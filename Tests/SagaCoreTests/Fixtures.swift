import SagaCore

extension RetryPolicy {
    static func tries(_ attempts: Int) -> RetryPolicy {
        RetryPolicy(
            attempts: attempts, firstDelay: .seconds(1), cap: .seconds(60),
            attemptTimeout: .seconds(5))
    }
}

extension StepDefinition {
    static func compensatable(_ name: String, inDoubt: Int? = nil) -> StepDefinition {
        StepDefinition(
            name: name, kind: .compensatable, retry: .tries(2), compensation: .tries(3),
            inDoubt: inDoubt.map(RetryPolicy.tries))
    }

    /// Gives up after one try to do it and two to undo it: keeps the number of histories small.
    static func quickly(_ name: String, inDoubt: Int? = nil) -> StepDefinition {
        StepDefinition(
            name: name, kind: .compensatable, retry: .tries(1), compensation: .tries(2),
            inDoubt: inDoubt.map(RetryPolicy.tries))
    }

    static func pivot(_ name: String, inDoubt: Int? = nil) -> StepDefinition {
        StepDefinition(
            name: name, kind: .pivot, retry: .tries(2), inDoubt: inDoubt.map(RetryPolicy.tries))
    }

    static func retriable(_ name: String) -> StepDefinition {
        StepDefinition(name: name, kind: .retriable, retry: .tries(2))
    }

    /// The same step, tried once.
    var hasty: StepDefinition {
        StepDefinition(name: name, kind: kind, retry: .tries(1), inDoubt: inDoubt)
    }

}

/// A payment in small: hold (0), authorize (1, effect outside), capture (2, decides), post (3).
func smallPayment() throws -> SagaDefinition {
    try SagaDefinition(
        kind: "small_payment", version: 1,
        steps: [
            .compensatable("hold"), .compensatable("authorize", inDoubt: 2),
            .pivot("capture", inDoubt: 2), .retriable("post"),
        ])
}

/// hold (0) and authorize (1, effect outside) side by side, capture (2, decides).
func sideBySide() throws -> SagaDefinition {
    try SagaDefinition(
        kind: "side_by_side", version: 1,
        steps: [
            .compensatable("hold"), .compensatable("authorize", inDoubt: 3).alongside,
            .pivot("capture"),
        ])
}

extension Command {
    static func execute(step: Int, attempt: Int) -> Command {
        .execute([StepAttempt(step: step, attempt: attempt)])
    }
}

extension Failure {
    static let declined = Failure(step: "authorize", code: "card_declined")
}

extension Saga {
    /// Walks through events of which each must be accepted.
    mutating func walk(_ events: Event...) throws {
        for event in events { _ = try receive(event) }
    }

    /// What is due after an event.
    mutating func after(_ event: Event) throws -> Command { try receive(event).command }
}
