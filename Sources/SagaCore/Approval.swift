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

    package let requestedBy: String
    package let expiresAt: Timestamp
    package let approvedBy: String?

    package init(requestedBy: String, expiresAt: Timestamp, approvedBy: String?) {
        self.requestedBy = requestedBy
        self.expiresAt = expiresAt
        self.approvedBy = approvedBy
    }

    /// Why the operator may not approve it now; `nil` if that is in order.
    ///
    /// - Parameter approver: Names its certificate; empty is nobody.
    package func objection(to approver: String, at now: Timestamp) -> Objection? {
        if approvedBy != nil { return .given }
        if approver.isEmpty || approver == requestedBy { return .byRequester }
        return now >= expiresAt ? .expired : nil
    }
}
