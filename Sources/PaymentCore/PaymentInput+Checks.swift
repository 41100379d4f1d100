internal import FieldRules
internal import Identifiers
internal import Money

/// One check for each field: a new payment makes them all, a change those of the fields it names.
extension PaymentInput {
    func checkedAmount(limits: PaymentLimits) throws(PaymentError) -> Money {
        guard let amount = self.amount else {
            throw .invalid(FieldError("amount", "must be given"))
        }
        let currency = try self.currency(amount.currency, field: "amount.currency")
        do {
            try currency.validateCharge(
                minorUnits: amount.minorUnits, maximum: limits.maximumCharge)
        } catch {
            switch error.code {
            // Zero and less are no small amounts, they are no amounts.
            case .amountTooSmall where amount.minorUnits > 0: throw .amountTooSmall(error.message)
            case .amountTooLarge: throw .amountTooLarge(error.message)
            default: throw .invalid(FieldError("amount", error.message))
            }
        }
        return Money(amount.minorUnits, currency)
    }

    func checkedPaymentMethod(limits: PaymentLimits) throws(PaymentError) -> String {
        guard self.paymentMethod.isEmpty || limits.paymentMethods.contains(self.paymentMethod)
        else {
            throw .invalid(
                FieldError(
                    "payment_method",
                    "must be a payment method that the acquirer knows, like pm_card_visa"))
        }
        return self.paymentMethod
    }

    func checkedSettlementCurrency() throws(PaymentError) -> Currency? {
        guard !self.settlementCurrency.isEmpty else { return nil }
        return try self.currency(self.settlementCurrency, field: "settlement_currency")
    }

    func checkedQuoteID() throws(PaymentError) -> QuoteID? {
        guard !self.quoteID.isEmpty else { return nil }
        do {
            return try QuoteID(parsing: self.quoteID)
        } catch {
            throw .invalid(FieldError("quote_id", error.description))
        }
    }

    func checkedDescription() throws(PaymentError) -> String {
        do {
            return try checkedText(self.description, field: "description", length: 0...1000)
        } catch {
            throw .invalid(error)
        }
    }

    func checkedCustomerID() throws(PaymentError) -> String {
        try self.reference(self.customerID, field: "customer_id")
    }

    func checkedPaymentMethodID() throws(PaymentError) -> String {
        try self.reference(self.paymentMethodID, field: "payment_method_id")
    }

    /// A name that is the merchant's own affair.
    private func reference(_ text: String, field: String) throws(PaymentError) -> String {
        do {
            return try checkedText(text, field: field, length: 0...255)
        } catch {
            throw .invalid(error)
        }
    }

    func checkedMetadata() throws(PaymentError) -> Metadata {
        do {
            return try Metadata(self.metadata)
        } catch {
            throw .invalid(error)
        }
    }

    private func currency(_ code: String, field: String) throws(PaymentError) -> Currency {
        do {
            return try Currency.named(code)
        } catch {
            throw .invalid(FieldError(field, error.message))
        }
    }
}
