package import Identifiers

/// Something that one operator wants and another has to approve.
package struct Approval: Hashable, Sendable {
    package enum Objection: Hashable, Sendable, CaseIterable {
        /// Whoever asked for it cannot approve it.
        case byRequester
        case expired
        /// It was approved before, and done then.
        case given
    }

    package let requestedBy: OperatorIdentity
    package let expiresAt: Timestamp
    package let approvedBy: OperatorIdentity?

    package init(
        requestedBy: OperatorIdentity, expiresAt: Timestamp, approvedBy: OperatorIdentity?
    ) {
        self.requestedBy = requestedBy
        self.expiresAt = expiresAt
        self.approvedBy = approvedBy
    }

    /// Why the operator may not approve it now; `nil` if that is in order.
    package func objection(to approver: OperatorIdentity, at now: Timestamp) -> Objection? {
        if approvedBy != nil { return .given }
        if approver.serial.isEmpty || approver.maySharePerson(with: requestedBy) {
            return .byRequester
        }
        return now >= expiresAt ? .expired : nil
    }
}
