/// From when to when a part of what a process shows or believes is good.
package struct CertificateExpiry: Hashable, Sendable {
    package enum Subject: String, CaseIterable, Hashable, Sendable {
        /// The certificate that the process shows.
        case own
        /// The authority that it believes.
        case authority
        /// The revocation list that it looks peers up in; until when is the list's next update.
        case crl
    }

    package enum Urgency: Int, CaseIterable, Comparable, Sendable {
        case none
        /// Within 30 days.
        case month
        /// Within 7 days.
        case week
        /// Within one day.
        case day
        case expired

        package static func < (left: Urgency, right: Urgency) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    package let subject: Subject
    package let validity: Validity

    package init(of subject: Subject, _ validity: Validity) {
        self.subject = subject
        self.validity = validity
    }

    /// How much is left at `now`, in seconds, as that is in Unix seconds; negative once expired.
    package func secondsLeft(at now: Int64) -> Int64 { self.validity.notAfter - now }

    /// How soon somebody has to see to it.
    ///
    /// What is made for a short time cannot be urgent all its life: the steps are at most a third,
    /// a tenth and a thirtieth of it. With the 30 days of a revocation list, 10, 3 and 1 days.
    package func urgency(at now: Int64) -> Urgency {
        let left = self.secondsLeft(at: now)
        let life = max(0, self.validity.notAfter - self.validity.notBefore)
        let day: Int64 = 86_400
        if left < 0 { return .expired }
        if left <= min(day, life / 30) { return .day }
        if left <= min(7 * day, life / 10) { return .week }
        if left <= min(30 * day, life / 3) { return .month }
        return .none
    }
}
