internal import PaymentCore
internal import Postgres

extension PaymentStore.Stored {
    var changeable: [PostgresValue] {
        PaymentRow.changeable(self.payment, lastEvent: self.lastEvent)
    }

    /// Whether the row of the payment itself, without its charge's, has the same values.
    func hasSameRow(as other: PaymentStore.Stored) -> Bool {
        self.lastEvent == other.lastEvent && self.payment.hasSameRow(as: other.payment)
    }
}

extension Payment {
    fileprivate func hasSameRow(as other: Payment) -> Bool {
        self.updatedAt == other.updatedAt && self.status == other.status
            && self.activity == other.activity && self.charge?.id == other.charge?.id
            && self.details == other.details && self.lastFailure == other.lastFailure
            && self.nextAction == other.nextAction && self.captureBefore == other.captureBefore
            && self.cancellation == other.cancellation && self.frozenReason == other.frozenReason
    }
}
