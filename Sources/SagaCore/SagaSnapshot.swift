/// A saga as it is stored. Rests are not part of it: the store knows when a saga is due.
package struct SagaSnapshot: Hashable, Sendable {
    package var status: SagaStatus
    package var epoch: Int64
    package var steps: [StepProgress]
    package var failure: Failure?
    package var attention: String?
    /// Whether the saga was, or would be when resumed, going back.
    package var isBackward: Bool

    package init(
        status: SagaStatus, epoch: Int64, steps: [StepProgress], failure: Failure?,
        attention: String?, isBackward: Bool
    ) {
        self.status = status
        self.epoch = epoch
        self.steps = steps
        self.failure = failure
        self.attention = attention
        self.isBackward = isBackward
    }
}

extension Saga {
    package var snapshot: SagaSnapshot {
        let isBackward =
            switch state {
            case .moving(.backward, _), .needsAttention(_, .backward), .paused(.backward),
                .stopped(.backward), .compensated:
                true
            case .moving(.forward, _), .needsAttention(_, .forward), .paused(.forward),
                .stopped(.forward), .succeeded:
                false
            }
        return SagaSnapshot(
            status: status, epoch: epoch, steps: steps, failure: failure, attention: attention,
            isBackward: isBackward)
    }

    /// The saga as it was stored, without its rest.
    ///
    /// - Throws: `.snapshotMismatch` if the snapshot was not taken from a saga of this definition.
    package init(_ definition: SagaDefinition, from snapshot: SagaSnapshot) throws(SagaError) {
        guard snapshot.steps.count == definition.steps.count, snapshot.epoch >= 1 else {
            throw .snapshotMismatch
        }
        self.init(definition)
        self.steps = snapshot.steps
        self.epoch = snapshot.epoch
        self.state = try Self.state(of: snapshot)
    }

    private static func state(of snapshot: SagaSnapshot) throws(SagaError) -> State {
        let direction: Direction
        if snapshot.isBackward {
            guard let failure = snapshot.failure else { throw .snapshotMismatch }
            direction = .backward(because: failure)
        } else {
            direction = .forward(abort: snapshot.failure)
        }
        switch (snapshot.status, direction) {
        case (.running, .forward), (.compensating, .backward):
            return .moving(direction, rest: nil)
        case (.succeeded, .forward):
            return .succeeded
        case (.compensated, .backward(let failure)):
            return .compensated(because: failure)
        case (.needsAttention, _):
            return .needsAttention(reason: snapshot.attention ?? "", direction)
        case (.paused, _):
            return .paused(direction)
        case (.stopped, _):
            return .stopped(direction)
        case (.running, .backward), (.compensating, .forward), (.succeeded, .backward),
            (.compensated, .forward):
            throw .snapshotMismatch
        }
    }
}
