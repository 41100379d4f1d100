internal import SagaCore

/// What a caller wants, and what the participants will say to it.
struct SagaPlan {
    struct Step {
        var isSkipped = false
        /// Whether its effect lies with the acquirer.
        var isExternal = false
        /// Of a thousand askings, how many are refused.
        var refusals: UInt32 = 0
        /// Whether it is done at the same time as the one before it.
        var isAlongside = false
        /// How often it is tried, or asked after while in doubt, before the saga gives up.
        var attempts = 3
    }

    let key: String
    let definition: SagaDefinition
    let steps: [Step]
    let startsAfter: Duration
    let patience: Duration
    let deadline: Duration
}

extension SagaPlan {
    /// A saga of some shape: up to three steps that can be undone, a pivot, up to two that follow.
    static func random(
        number: Int, refusals commonRefusals: UInt32?, _ random: inout SeededRandom
    ) throws(SagaDefinitionError) -> SagaPlan {
        let (before, after) = (random.number(0...3), random.number(0...2))
        let refusals: [UInt32] = [0, 0, 0, 300, 1000]
        var steps: [Step] = []
        for place in 0..<(before + 1 + after) {
            var step = Step()
            step.isExternal = place <= before && random.chance(place == before ? 700 : 300)
            step.isSkipped = place != before && random.chance(100)
            step.isAlongside =
                place > 0 && place != before && place != before + 1 && random.chance(400)
            if place <= before {
                step.refusals = commonRefusals ?? refusals[random.number(0...4)]
            }
            step.attempts = random.number(1...8)
            steps.append(step)
        }
        return SagaPlan(
            key: "key \(number)", definition: try definition(before: before, steps),
            steps: steps, startsAfter: random.milliseconds(0...5_000),
            patience: random.milliseconds(1_000...20_000),
            deadline: random.milliseconds(3_000...90_000))
    }

    /// begin and hold can be undone, capture decides, post and complete follow at the same time.
    static func fixed(
        number: Int, refusing refused: Int? = nil
    ) throws(SagaDefinitionError) -> SagaPlan {
        var steps = [Step](repeating: Step(), count: 5)
        steps[1].isExternal = true
        steps[2].isExternal = true
        for place in 2..<5 { steps[place].attempts = 10 }
        steps[4].isAlongside = true
        if let refused { steps[refused].refusals = 1000 }
        return SagaPlan(
            key: "key \(number)", definition: try definition(before: 2, steps), steps: steps,
            startsAfter: .milliseconds(50), patience: .seconds(1), deadline: .seconds(60))
    }

    private static func definition(
        before: Int, _ steps: [Step]
    ) throws(SagaDefinitionError) -> SagaDefinition {
        let definitions = steps.enumerated().map { place, step in
            let timeout: Duration = step.isExternal ? .seconds(6) : .seconds(3)
            func policy(_ attempts: Int, cap: Duration) -> RetryPolicy {
                RetryPolicy(
                    attempts: attempts, firstDelay: .milliseconds(100), cap: cap,
                    attemptTimeout: timeout)
            }
            return StepDefinition(
                name: "step\(place)",
                kind: place < before ? .compensatable : place == before ? .pivot : .retriable,
                retry: policy(step.attempts, cap: .seconds(4)),
                compensation: place < before
                    ? policy(step.attempts * 2 + 1, cap: .seconds(4)) : nil,
                inDoubt: step.isExternal ? policy(step.attempts * 2, cap: .seconds(8)) : nil,
                isAlongside: step.isAlongside)
        }
        return try SagaDefinition(kind: "simulated", version: 1, steps: definitions)
    }
}

extension SagaDefinition {
    /// The same, with all steps of one kind done at the same time.
    var withoutOrder: SagaDefinition {
        let steps = steps.enumerated().map { place, step in
            place > 0 && step.kind == self.steps[place - 1].kind ? step.alongside : step
        }
        return (try? SagaDefinition(kind: kind, version: version, steps: steps)) ?? self
    }
}
