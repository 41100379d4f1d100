internal import FieldRules
package import Identifiers
package import Money

/// One attempt to take a payment's money.
package struct Charge: Hashable, Sendable {
    package enum Status: String, CaseIterable, Hashable, Sendable {
        case pending
        case succeeded
        case failed
    }

    package let id: ChargeID
    package let amount: Money
    package let createdAt: Timestamp
    /// What it was tried with, and what the merchant calls that.
    package let paymentMethod: String
    package let paymentMethodID: String
    package internal(set) var status: Status
    package internal(set) var failure: Failure?
    /// The key under which the acquirer knows what was set aside.
    package internal(set) var authorizationReference: String?
    /// The key under which the acquirer knows what was taken.
    package internal(set) var captureReference: String?
    /// On what terms the money is or was held; `nil` unless the capture is manual.
    package internal(set) var hold: HoldTerms?
    package internal(set) var settlement: Settlement?
    /// Minor units of the payment's currency.
    package internal(set) var amountCaptured: Int64
    package internal(set) var refunds: RefundTotals

    package init(
        id: ChargeID, amount: Money, createdAt: Timestamp, status: Status = .pending,
        failure: Failure? = nil, authorizationReference: String? = nil,
        captureReference: String? = nil, hold: HoldTerms? = nil, settlement: Settlement? = nil,
        amountCaptured: Int64 = 0, refunds: RefundTotals = RefundTotals(),
        paymentMethod: String = "", paymentMethodID: String = ""
    ) {
        self.id = id
        self.amount = amount
        self.createdAt = createdAt
        self.status = status
        self.failure = failure
        self.authorizationReference = authorizationReference
        self.captureReference = captureReference
        self.hold = hold
        self.settlement = settlement
        self.amountCaptured = amountCaptured
        self.refunds = refunds
        self.paymentMethod = paymentMethod
        self.paymentMethodID = paymentMethodID
    }

    package var isCaptured: Bool { self.settlement != nil }

    /// Whether all that was captured has been refunded.
    package var isRefunded: Bool {
        self.isCaptured && self.refunds.applied.amount == self.amountCaptured
    }

    mutating func capture(_ amount: Int64, settlement: Settlement, reference: String) {
        self.status = .succeeded
        self.captureReference = reference
        self.amountCaptured = amount
        self.settlement = settlement
    }

    mutating func hold(on terms: HoldTerms) {
        self.status = .succeeded
        self.hold = terms
    }

    mutating func fail(_ failure: Failure) {
        self.status = .failed
        self.failure = failure
    }
}

/// Why an attempt failed.
package struct Failure: Hashable, Sendable {
    package let code: String
    /// The card network's reason, when `code` is "card_declined"; else empty.
    package let declineCode: String
    package let message: String
    package internal(set) var chargeID: ChargeID?

    package init(code: String, declineCode: String, message: String, chargeID: ChargeID? = nil) {
        self.code = code
        self.declineCode = declineCode
        self.message = message
        self.chargeID = chargeID
    }

    /// Whether the card network refused the attempt, so that another payment method is needed.
    package var isOfTheCard: Bool {
        switch self.code {
        case "card_declined", "expired_card", "incorrect_cvc", "processing_error",
            "authentication_required", "acquirer_unreachable":
            true
        default: false
        }
    }
}

/// What a captured amount came to in the currency that the merchant is paid in.
package struct Settlement: Hashable, Sendable {
    /// At the mid rate, before spread and fee.
    package let gross: Money
    /// Minor units of the settlement currency, as are the next two.
    package let spread: Int64
    package let fee: Int64
    package let net: Int64
    /// As a decimal number; empty without an exchange.
    package let exchangeRate: String
    package let quoteID: QuoteID?

    /// - Throws: `.invalid` when the parts do not add up.
    package init(
        gross: Money, spread: Int64, fee: Int64, net: Int64, exchangeRate: String,
        quoteID: QuoteID?
    ) throws(PaymentError) {
        guard gross.minorUnits >= 0, spread >= 0, fee >= 0,
            Int128(net) + Int128(spread) + Int128(fee) == Int128(gross.minorUnits)
        else {
            throw .invalid(
                FieldError("settlement", "gross must be the sum of net, spread and fee"))
        }
        self.gross = gross
        self.spread = spread
        self.fee = fee
        self.net = net
        self.exchangeRate = exchangeRate
        self.quoteID = quoteID
    }
}

/// On what terms a payment's money was set aside, so that a capture days later moves exactly that.
package struct HoldTerms: Hashable, Sendable {
    /// The saga whose ledger transfers hold the money.
    package let sagaID: SagaID
    /// Minor units of the payment's currency.
    package let amount: Int64
    package let feeBasisPoints: Int64
    /// `nil` without an exchange.
    package let exchange: Exchange?

    package struct Exchange: Hashable, Sendable {
        package let quoteID: QuoteID
        package let settlementCurrency: Currency
        /// Units of each currency for one euro, as decimal numbers: kept as they came.
        package let paymentCurrencyFactor: String
        package let settlementCurrencyFactor: String
        package let spreadBasisPoints: Int64

        package init(
            quoteID: QuoteID, settlementCurrency: Currency, paymentCurrencyFactor: String,
            settlementCurrencyFactor: String, spreadBasisPoints: Int64
        ) {
            self.quoteID = quoteID
            self.settlementCurrency = settlementCurrency
            self.paymentCurrencyFactor = paymentCurrencyFactor
            self.settlementCurrencyFactor = settlementCurrencyFactor
            self.spreadBasisPoints = spreadBasisPoints
        }
    }

    package init(sagaID: SagaID, amount: Int64, feeBasisPoints: Int64, exchange: Exchange?) {
        self.sagaID = sagaID
        self.amount = amount
        self.feeBasisPoints = feeBasisPoints
        self.exchange = exchange
    }
}
