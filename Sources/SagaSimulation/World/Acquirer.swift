internal import Identifiers

/// Moves money outside, by reference: whatever is asked again under the same reference happens
/// once. It may be slow; it always decides in the end.
final class Acquirer {
    private enum Charge {
        case accepted, declined
        /// Reversed, or reversed before it came.
        case reversed
    }

    private struct Reference: Hashable {
        let key: Participant.Key
        let attempt: Int
    }

    unowned let world: World
    private var charges: [Reference: Charge] = [:]

    init(world: World) { self.world = world }

    func ask(
        _ request: Request, _ key: Participant.Key, _ respond: @escaping (Answer) -> Void
    ) {
        let isSlow = world.faults.strikes(.acquirerSlow, at: request.place)
        let delay = world.kernel.random.milliseconds(isSlow ? 2_000...20_000 : 5...50)
        let isNew = world.canary == .newKeyOnRetry && !request.isCompensation
        let reference = Reference(key: key, attempt: isNew ? request.attempt : 1)
        world.kernel.after(delay) { [self] in
            let answer = request.isCompensation ? reverse(reference) : charge(reference)
            world.kernel.after(world.kernel.random.milliseconds(1...20)) { respond(answer) }
        }
    }

    private func charge(_ reference: Reference) -> Answer {
        switch charges[reference] {
        case .accepted: return .done
        case .declined: return .refused("card_declined")
        case .reversed: return .refused("reversed")
        case nil:
            let isAccepted = !isDeclined(reference)
            charges[reference] = isAccepted ? .accepted : .declined
            if isAccepted { world.auditor.did(reference.key) }
            return isAccepted ? .done : .refused("card_declined")
        }
    }

    private func reverse(_ reference: Reference) -> Answer {
        if charges[reference] == .accepted { world.auditor.undid(reference.key) }
        charges[reference] = .reversed
        return .done
    }

    private func isDeclined(_ reference: Reference) -> Bool {
        guard let plan = world.plan(of: reference.key.saga) else { return false }
        let chance = SeededRandom.hash(
            world.seed, reference.key.saga.uuid.low, UInt64(reference.key.step))
        return chance % 1000 < UInt64(plan.steps[reference.key.step].refusals)
    }
}
