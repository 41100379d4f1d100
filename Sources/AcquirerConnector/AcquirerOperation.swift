package import AcquirerCore
package import Identifiers

/// One operation asked of the acquirer, as its row holds it.
package struct AcquirerOperation: Hashable, Sendable {
    /// The payment or refund that it is for.
    package let subject: UUID128
    package let instruction: Instruction
    package internal(set) var attempt: AcquirerAttempt

    package init(subject: UUID128, instruction: Instruction, attempt: AcquirerAttempt) {
        self.subject = subject
        self.instruction = instruction
        self.attempt = attempt
    }
}

/// How far an operation came by one call.
package enum AcquirerProgress: Hashable, Sendable {
    case settled(AcquirerAttempt.Verdict)
    /// It may have been done.
    case inDoubt
    /// The acquirer has it and has not decided.
    case pending
}
