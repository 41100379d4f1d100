package import Identifiers
package import SagaCore

/// A saga with what it needs to be carried out: what is stored of it.
package struct SagaRecord: Hashable, Sendable {
    package let id: SagaID
    package var saga: Saga
    /// What it was started with, in the application's encoding; never changes.
    package let input: [UInt8]
    package let createdAt: Timestamp
    /// When it turns round by itself, if it has not passed its pivot.
    package let deadline: Timestamp
    package var updatedAt: Timestamp
    package var endedAt: Timestamp?
    /// One for each step.
    package var notes: [StepNote]

    package init(
        id: SagaID, saga: Saga, input: [UInt8], createdAt: Timestamp, deadline: Timestamp
    ) {
        self.id = id
        self.saga = saga
        self.input = input
        self.createdAt = createdAt
        self.deadline = deadline
        self.updatedAt = createdAt
        self.endedAt = nil
        self.notes = saga.steps.map { _ in StepNote() }
    }
}

/// What is remembered of a step besides its progress.
package struct StepNote: Hashable, Sendable {
    /// What the participant answered, in the application's encoding; empty while it has not.
    package var answer: [UInt8]
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?

    package init(
        answer: [UInt8] = [], startedAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.answer = answer
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

/// One line of a saga's history.
package struct SagaLogEntry: Hashable, Sendable {
    package let at: Timestamp
    /// Empty for what concerns the saga as a whole.
    package let step: String
    /// "succeeded", "retry", "compensating", …
    package let type: String
    package let detail: String

    package init(at: Timestamp, step: String, type: String, detail: String = "") {
        self.at = at
        self.step = step
        self.type = type
        self.detail = detail
    }
}
