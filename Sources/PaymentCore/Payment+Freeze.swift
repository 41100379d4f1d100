package import Identifiers

extension Payment {
    /// Keeps anything more from being begun with the payment. A saga at work on it goes on: its
    /// money is on the way already.
    ///
    /// - Returns: No events when it is frozen already; the first reason stays.
    package mutating func freeze(_ reason: String, at now: Timestamp) -> [PaymentEvent] {
        guard self.frozenReason == nil else { return [] }
        self.frozenReason = reason
        self.updatedAt = now
        return [.frozen]
    }

    package mutating func unfreeze(at now: Timestamp) -> [PaymentEvent] {
        guard self.frozenReason != nil else { return [] }
        self.frozenReason = nil
        self.updatedAt = now
        return [.unfrozen]
    }

    /// - Throws: `.frozen`.
    func checkNotFrozen() throws(PaymentError) {
        if let frozenReason { throw .frozen(reason: frozenReason) }
    }
}
