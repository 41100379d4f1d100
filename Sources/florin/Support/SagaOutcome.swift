internal import ArgumentParser
internal import Messages

extension SagaV1.Saga {
    /// How a command that started the saga ends: a decline is 4, a saga that goes on is 5.
    ///
    /// - Throws: the exit code, unless the saga succeeded.
    func throwUnlessSucceeded() throws {
        switch self.status {
        case .succeeded: return
        case .compensated: throw ExitStatus.refused.code
        default: throw ExitStatus.undecided.code
        }
    }

    /// One line for people, when there is something to tell.
    var outcome: String {
        switch self.status {
        case .succeeded: return ""
        case .compensated:
            let failure = self.failure ?? SagaV1.Failure()
            let decline = failure.declineCode.isEmpty ? "" : " (\(failure.declineCode))"
            return "refused: \(failure.code)\(decline) in step \(failure.step). "
                + "All was undone: florin saga show \(self.id)"
        case .needsAttention:
            return "an operator has to look: \(self.attention). See: florin saga show \(self.id)"
        case .paused:
            return "an operator has paused it: florin saga show \(self.id)"
        case .stopped:
            return "an operator has ended it where it stood: florin saga show \(self.id)"
        default:
            return "not decided yet, the saga goes on: florin saga show \(self.id)"
        }
    }
}
