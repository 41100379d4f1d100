package import AcquirerCore
package import Messages
package import RPC

extension AcquirerEvidence {
    /// What operators sent.
    ///
    /// - Parameter code: Why it was declined; empty where that is not known.
    /// - Throws: INVALID_ARGUMENT without an outcome.
    package init(_ outcome: CommonV1.EvidenceOutcome, code: String) throws(RPCError) {
        switch outcome {
        case .approved: self = .approved
        case .declined:
            self = .declined(
                Refusal(
                    code: code.isEmpty ? "card_declined" : code,
                    message: "An operator found that it was declined."))
        case .absent: self = .absent
        default: throw .invalidArgument(field: "outcome", "must be given")
        }
    }
}
