package import Identifiers

/// What operators found out of an operation in doubt, from the acquirer's own records.
package enum AcquirerEvidence: Hashable, Sendable {
    case approved
    case declined(Refusal)
    /// Never done, and never will be.
    case absent

    fileprivate var verdict: AcquirerAttempt.Verdict {
        switch self {
        case .approved: .approved
        case .declined(let refusal): .declined(refusal)
        case .absent: .absent
        }
    }

    fileprivate func agrees(with verdict: AcquirerAttempt.Verdict) -> Bool {
        switch (self, verdict) {
        case (.approved, .approved), (.declined, .declined), (.declined, .requiresAction),
            (.absent, .absent):
            true
        case (.approved, _), (.declined, _), (.absent, _): false
        }
    }
}

extension AcquirerAttempt {
    /// What became of evidence.
    package enum Settlement: Hashable, Sendable {
        /// - Parameter isChecked: Whether the acquirer itself said the same.
        case settled(isChecked: Bool)
        /// The acquirer says otherwise. If that is final, the attempt is settled by it.
        case contradicted(by: Answer)
        /// The acquirer may still do it.
        case tooEarly
    }

    /// Settles the attempt by evidence, after the acquirer was asked once more: its answer holds,
    /// and only where it gives none does the evidence.
    ///
    /// - Parameter now: When the acquirer had been asked.
    package mutating func settle(
        by evidence: AcquirerEvidence, after answer: Answer, margin: Duration, now: Timestamp
    ) -> Settlement {
        if case .settled(let verdict) = self.state {
            return self.compare(evidence, with: verdict)
        }
        switch answer {
        case .decided(let verdict):
            self.state = .settled(verdict)
            return self.compare(evidence, with: verdict)
        case .pending:
            self.state = .pending
            return .contradicted(by: answer)
        case .unknownReference(let askedAt) where askedAt > self.notAfter + margin:
            self.state = .settled(.absent)
            return self.compare(evidence, with: .absent)
        case .unknownReference:
            return evidence == .approved ? .contradicted(by: answer) : .tooEarly
        case .nothing:
            guard evidence != .absent || now > self.notAfter + margin else { return .tooEarly }
            self.state = .settled(evidence.verdict)
            return .settled(isChecked: false)
        }
    }

    private func compare(_ evidence: AcquirerEvidence, with verdict: Verdict) -> Settlement {
        evidence.agrees(with: verdict)
            ? .settled(isChecked: true) : .contradicted(by: .decided(verdict))
    }
}
