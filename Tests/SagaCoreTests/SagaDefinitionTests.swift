import SagaCore
import Testing

@Suite("SagaDefinition")
struct SagaDefinitionTests {
    private func define(_ steps: StepDefinition...) throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(kind: "test", version: 1, steps: steps)
    }

    @Test("Takes compensatable steps, a pivot, then retriable steps")
    func acceptsTheOrder() throws {
        let definition = try define(
            .compensatable("hold"), .pivot("capture"), .retriable("post"), .retriable("tell"))
        #expect(definition.pivot == 1)
        #expect(try define(.pivot("capture")).pivot == 0)
    }

    @Test("Refuses every other order")
    func refusesOtherOrders() {
        #expect(throws: SagaDefinitionError.pivotMissing) {
            try define(.compensatable("hold"), .retriable("post"))
        }
        #expect(throws: SagaDefinitionError.pivotMissing) {
            try SagaDefinition(kind: "empty", version: 1, steps: [])
        }
        #expect(throws: SagaDefinitionError.secondPivot("again")) {
            try define(.pivot("capture"), .pivot("again"))
        }
        #expect(throws: SagaDefinitionError.compensatableAfterPivot("hold")) {
            try define(.pivot("capture"), .compensatable("hold"))
        }
        #expect(throws: SagaDefinitionError.retriableBeforePivot("post")) {
            try define(.retriable("post"), .pivot("capture"))
        }
    }

    @Test("Steps of one kind may be done at the same time, the pivot is done alone")
    func stages() throws {
        let definition = try define(
            .compensatable("hold"), .compensatable("open").alongside, .pivot("capture"),
            .retriable("post"), .retriable("tell").alongside, .retriable("end"))
        #expect(
            definition.steps.indices.map { definition.stage(of: $0) }
                == [0..<2, 0..<2, 2..<3, 3..<5, 3..<5, 5..<6])
        #expect(throws: SagaDefinitionError.cannotBeAlongside("hold")) {
            try define(.compensatable("hold").alongside, .pivot("capture"))
        }
        #expect(throws: SagaDefinitionError.cannotBeAlongside("capture")) {
            try define(.compensatable("hold"), .pivot("capture").alongside)
        }
        #expect(throws: SagaDefinitionError.cannotBeAlongside("post")) {
            try define(.pivot("capture"), .retriable("post").alongside)
        }
    }

    @Test("Refuses two steps of one name: the name is the participants' key")
    func refusesSameNames() {
        #expect(throws: SagaDefinitionError.nameNotUnique("hold")) {
            try define(.compensatable("hold"), .compensatable("hold"), .pivot("capture"))
        }
        #expect(throws: SagaDefinitionError.nameNotUnique("")) { try define(.pivot("")) }
    }

    @Test("Refuses policies that do not fit the kind of step")
    func refusesPolicies() {
        func step(
            _ kind: StepKind, retry: RetryPolicy = .tries(2), compensation: RetryPolicy? = nil
        ) -> StepDefinition {
            StepDefinition(name: "s", kind: kind, retry: retry, compensation: compensation)
        }
        #expect(throws: SagaDefinitionError.compensationMissing("s")) {
            try define(step(.compensatable), .pivot("capture"))
        }
        #expect(throws: SagaDefinitionError.compensationBudgetTooSmall("s")) {
            try define(step(.compensatable, compensation: .tries(2)), .pivot("capture"))
        }
        #expect(throws: SagaDefinitionError.compensationNotPossible("s")) {
            try define(step(.pivot, compensation: .tries(9)))
        }
        #expect(throws: SagaDefinitionError.policyInvalid("s")) {
            try define(step(.pivot, retry: .tries(0)))
        }
    }
}

@Suite("RetryPolicy")
struct RetryPolicyTests {
    let policy = RetryPolicy(
        attempts: 9, firstDelay: .milliseconds(50), factor: 3, cap: .seconds(1),
        attemptTimeout: .seconds(5))

    @Test("Rests grow by the factor up to the cap")
    func grows() {
        let delays = (1...5).map { policy.longestDelay(afterTry: $0) }
        #expect(
            delays == [
                .milliseconds(50), .milliseconds(150), .milliseconds(450), .seconds(1),
                .seconds(1),
            ])
        #expect(policy.longestDelay(afterTry: .max) == .seconds(1))
    }

    @Test("A rest is an even share of the longest one")
    func fullJitter() {
        #expect(policy.delay(afterTry: 1, random: 0) == .zero)
        #expect(policy.delay(afterTry: 1, random: 1 << 63) == .milliseconds(25))
        #expect(policy.delay(afterTry: 1, random: .max) == .nanoseconds(49_999_999))
        #expect(policy.delay(afterTry: 9, random: 1 << 62) == .milliseconds(250))
    }
}
