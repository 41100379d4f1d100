package import FieldRules
package import Identifiers
package import Money

/// What a merchant asked for, and may change.
package struct PaymentDetails: Hashable, Sendable {
    package internal(set) var amount: Money
    /// Empty while none is set.
    package internal(set) var paymentMethod: String
    /// `nil`: the payment's own.
    package internal(set) var settlementCurrency: Currency?
    /// `nil`: one is made when the payment is processed, if it needs one.
    package internal(set) var quoteID: QuoteID?
    package internal(set) var description: String
    package internal(set) var metadata: Metadata
    /// What the merchant calls them; empty without one.
    package internal(set) var customerID: String
    package internal(set) var paymentMethodID: String

    /// Takes details as they were stored.
    package init(
        amount: Money, paymentMethod: String, settlementCurrency: Currency?, quoteID: QuoteID?,
        description: String, metadata: Metadata, customerID: String = "",
        paymentMethodID: String = ""
    ) {
        self.amount = amount
        self.paymentMethod = paymentMethod
        self.settlementCurrency = settlementCurrency
        self.quoteID = quoteID
        self.description = description
        self.metadata = metadata
        self.customerID = customerID
        self.paymentMethodID = paymentMethodID
    }

    /// A quote that could not be used must not be taken and then forgotten.
    func checkQuote() throws(PaymentError) {
        guard self.quoteID != nil else { return }
        guard let settlement = self.settlementCurrency, settlement != self.amount.currency else {
            throw .invalid(
                FieldError(
                    "settlement_currency",
                    "must be the currency that the quote exchanges to, when a quote is given"))
        }
    }
}

/// Limits that an operator sets.
package struct PaymentLimits: Hashable, Sendable {
    /// Minor units, for every currency alike.
    package let maximumCharge: Int64
    /// The payment methods that the acquirer takes.
    package let paymentMethods: Set<String>

    package init(maximumCharge: Int64, paymentMethods: Set<String>) {
        self.maximumCharge = maximumCharge
        self.paymentMethods = paymentMethods
    }
}

/// The details of a payment as a request carries them, unchecked.
package struct PaymentInput: Hashable, Sendable {
    package struct Amount: Hashable, Sendable {
        package let minorUnits: Int64
        package let currency: String

        package init(minorUnits: Int64, currency: String) {
            self.minorUnits = minorUnits
            self.currency = currency
        }
    }

    /// `nil` when the request has none.
    package let amount: Amount?
    package let paymentMethod: String
    package let settlementCurrency: String
    package let quoteID: String
    package let description: String
    package let metadata: [Metadata.Entry]
    package let metadataChanges: [Metadata.Entry]
    package let customerID: String
    package let paymentMethodID: String

    package init(
        amount: Amount?, paymentMethod: String = "", settlementCurrency: String = "",
        quoteID: String = "", description: String = "", metadata: [Metadata.Entry] = [],
        metadataChanges: [Metadata.Entry] = [], customerID: String = "",
        paymentMethodID: String = ""
    ) {
        self.amount = amount
        self.paymentMethod = paymentMethod
        self.settlementCurrency = settlementCurrency
        self.quoteID = quoteID
        self.description = description
        self.metadata = metadata
        self.metadataChanges = metadataChanges
        self.customerID = customerID
        self.paymentMethodID = paymentMethodID
    }
}
