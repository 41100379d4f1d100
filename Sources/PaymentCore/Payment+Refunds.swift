internal import FieldRules
package import Identifiers
internal import Money

/// How much of a charge its refunds took, or set aside to take.
package struct RefundTotals: Hashable, Sendable {
    package struct Sum: Hashable, Sendable {
        /// Minor units of the payment's currency.
        package internal(set) var amount: Int64
        /// The merchant's share of it, minor units of the settlement currency.
        package internal(set) var share: Int64

        package init(amount: Int64 = 0, share: Int64 = 0) {
            self.amount = amount
            self.share = share
        }
    }

    package internal(set) var reserved: Sum
    package internal(set) var applied: Sum

    package init(reserved: Sum = Sum(), applied: Sum = Sum()) {
        self.reserved = reserved
        self.applied = applied
    }
}

/// A part of a charge set aside for one refund.
package struct RefundReservation: Hashable, Sendable {
    package enum State: String, CaseIterable, Hashable, Sendable {
        case reserved
        case applied
        case released
    }

    package let refundID: RefundID
    package let sagaID: SagaID
    /// Minor units of the payment's currency.
    package let amount: Int64
    /// The merchant's share of it, minor units of the settlement currency.
    package let share: Int64
    package internal(set) var state: State

    package init(
        refundID: RefundID, sagaID: SagaID, amount: Int64, share: Int64, state: State = .reserved
    ) {
        self.refundID = refundID
        self.sagaID = sagaID
        self.amount = amount
        self.share = share
        self.state = state
    }
}

extension Payment {
    /// Sets a part of what was captured aside for one refund.
    ///
    /// The shares of all refunds of a payment add up to its gross: each takes what the refunds up
    /// to it should have cost together, rounded once, half to even, less what they did cost. So a
    /// share is at most one minor unit from its exact value, and the last refund takes what is
    /// left, whatever was reserved and released in between.
    ///
    /// - Parameter amount: Minor units; `nil` means all that is left.
    /// - Throws: `.chargeNotCaptured`, `.chargeAlreadyRefunded`, `.amountNotRefundable`.
    package mutating func reserveRefund(
        _ amount: Int64?, refund: RefundID, saga: SagaID
    ) throws(PaymentError) -> RefundReservation {
        try self.checkNotFrozen()
        guard self.status == .succeeded, let charge = self.charge,
            let settlement = charge.settlement
        else { throw .chargeNotCaptured }
        let claimed = charge.refunds.reserved.amount + charge.refunds.applied.amount
        let left = charge.amountCaptured - claimed
        guard left > 0 else { throw .chargeAlreadyRefunded }
        let amount = amount ?? left
        guard amount >= 1, amount <= left else { throw .amountNotRefundable(most: left) }
        try self.checkStep(amount)

        let gross = settlement.gross.minorUnits
        let cost = charge.refunds.reserved.share + charge.refunds.applied.share
        // At most gross, as the claimed part is at most the whole.
        guard
            let due = try? divideHalfToEven(
                Int128(gross) * Int128(claimed + amount), by: Int128(charge.amountCaptured))
        else { throw .chargeNotCaptured }
        let share = min(max(Int64(clamping: due) - cost, 0), gross - cost)

        self.charge?.refunds.reserved.amount += amount
        self.charge?.refunds.reserved.share += share
        return RefundReservation(refundID: refund, sagaID: saga, amount: amount, share: share)
    }

    /// Turns a reservation into a refunded amount.
    ///
    /// - Throws: `.reservationClosed` when it was released before.
    package mutating func apply(
        _ reservation: inout RefundReservation, at now: Timestamp
    ) throws(PaymentError) -> [PaymentEvent] {
        switch reservation.state {
        case .reserved: break
        case .applied: return []
        case .released: throw .reservationClosed
        }
        self.release(reservation)
        self.charge?.refunds.applied.amount += reservation.amount
        self.charge?.refunds.applied.share += reservation.share
        reservation.state = .applied
        self.updatedAt = now
        return [.chargeRefunded]
    }

    /// Gives a reservation back. No event: nothing that was shown to anyone has changed.
    ///
    /// - Throws: `.reservationClosed` when it was applied before.
    package mutating func release(
        _ reservation: inout RefundReservation
    ) throws(PaymentError) {
        switch reservation.state {
        case .reserved: break
        case .released: return
        case .applied: throw .reservationClosed
        }
        self.release(reservation)
        reservation.state = .released
    }

    /// Some currencies are paid in steps of several minor units; so are their parts.
    func checkStep(_ amount: Int64) throws(PaymentError) {
        do {
            try self.amount.currency.validateStep(minorUnits: amount)
        } catch {
            throw .invalid(FieldError("amount", error.message))
        }
    }

    private mutating func release(_ reservation: RefundReservation) {
        self.charge?.refunds.reserved.amount -= reservation.amount
        self.charge?.refunds.reserved.share -= reservation.share
    }
}
