internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payment {
    var wire: PaymentV1.Payment {
        PaymentV1.Payment(
            id: self.id.description, merchantID: self.merchantID, amount: self.amount.wire,
            status: PaymentV1.PaymentStatus(name: self.status.rawValue) ?? .unspecified,
            captureMethod: PaymentV1.CaptureMethod(name: self.captureMethod.rawValue)
                ?? .unspecified,
            paymentMethod: self.details.paymentMethod,
            settlementCurrency: self.details.settlementCurrency?.code ?? "",
            quoteID: self.details.quoteID?.description ?? "",
            description: self.details.description,
            metadata: self.details.metadata.entries.map {
                CommonV1.KeyValue(key: $0.key, value: $0.value)
            },
            amountCapturable: self.amountCapturable, amountReceived: self.amountReceived,
            amountRefunded: self.charge?.refunds.applied.amount ?? 0,
            latestCharge: self.charge?.wire, lastFailure: self.lastFailure?.wire,
            cancellationReason: self.cancellation?.reason?.rawValue ?? "",
            nextAction: self.nextAction, createdAtUs: self.createdAt.microseconds,
            updatedAtUs: self.updatedAt.microseconds,
            canceledAtUs: self.cancellation?.at.microseconds ?? 0,
            captureBeforeUs: self.captureBefore?.microseconds ?? 0,
            activeSagaID: self.activity?.sagaID.description ?? "",
            frozenReason: self.frozenReason ?? "", customerID: self.details.customerID,
            paymentMethodID: self.details.paymentMethodID)
    }
}

extension Charge {
    var wire: PaymentV1.Charge {
        PaymentV1.Charge(
            id: self.id.description,
            status: PaymentV1.Charge.Status(name: self.status.rawValue) ?? .unspecified,
            amount: self.amount.wire, captured: self.isCaptured,
            amountCaptured: self.amountCaptured, amountRefunded: self.refunds.applied.amount,
            refunded: self.isRefunded, failure: self.failure?.wire,
            settlement: self.settlement?.wire, createdAtUs: self.createdAt.microseconds,
            paymentMethod: self.paymentMethod, paymentMethodID: self.paymentMethodID)
    }
}

extension Failure {
    var wire: PaymentV1.PaymentFailure {
        PaymentV1.PaymentFailure(
            code: self.code, declineCode: self.declineCode, message: self.message,
            chargeID: self.chargeID?.description ?? "")
    }
}

extension Settlement {
    var wire: PaymentV1.Settlement {
        PaymentV1.Settlement(
            gross: self.gross.wire, spread: self.spread, fee: self.fee, net: self.net,
            exchangeRate: self.exchangeRate, quoteID: self.quoteID?.description ?? "")
    }

    init(_ wire: PaymentV1.Settlement) throws(RPCError) {
        let gross = try Money(wire.gross, field: "settlement.gross")
        let quote = try QuoteID.optional(wire.quoteID, field: "settlement.quote_id")
        do {
            self = try Settlement(
                gross: gross, spread: wire.spread, fee: wire.fee, net: wire.net,
                exchangeRate: try decimalText(
                    wire.exchangeRate, field: "settlement.exchange_rate"),
                quoteID: quote)
        } catch let error as PaymentError {
            throw RPCError(error)
        } catch let error as RPCError {
            throw error
        } catch {
            throw .internal()
        }
    }
}

extension HoldTerms {
    var wire: PaymentV1.HoldTerms {
        PaymentV1.HoldTerms(
            holdSagaID: self.sagaID.description, amount: self.amount,
            feeBasisPoints: self.feeBasisPoints,
            quoteID: self.exchange?.quoteID.description ?? "",
            settlementCurrency: self.exchange?.settlementCurrency.code ?? "",
            paymentCurrencyFactor: self.exchange?.paymentCurrencyFactor ?? "",
            settlementCurrencyFactor: self.exchange?.settlementCurrencyFactor ?? "",
            spreadBasisPoints: self.exchange?.spreadBasisPoints ?? 0)
    }

    init(_ wire: PaymentV1.HoldTerms) throws(RPCError) {
        var exchange: Exchange?
        if let quote = try QuoteID.optional(wire.quoteID, field: "terms.quote_id") {
            let currency = try Money(
                CommonV1.Money(currency: wire.settlementCurrency), field: "terms"
            ).currency
            exchange = Exchange(
                quoteID: quote, settlementCurrency: currency,
                paymentCurrencyFactor: try decimalText(
                    wire.paymentCurrencyFactor, field: "terms.payment_currency_factor"),
                settlementCurrencyFactor: try decimalText(
                    wire.settlementCurrencyFactor, field: "terms.settlement_currency_factor"),
                spreadBasisPoints: wire.spreadBasisPoints)
        }
        guard wire.amount >= 1 else {
            throw .invalidArgument(field: "terms.amount", "must be at least 1")
        }
        self.init(
            sagaID: try SagaID(wire.holdSagaID, field: "terms.hold_saga_id"),
            amount: wire.amount, feeBasisPoints: wire.feeBasisPoints, exchange: exchange)
    }
}

/// A decimal number is kept as it came; this only checks that it is one, or empty.
private func decimalText(_ text: String, field: String) throws(RPCError) -> String {
    guard text.isEmpty || (try? DecimalNumber(parsing: text)) != nil else {
        throw .invalidArgument(field: field, "must be a decimal number, like 1.0847")
    }
    return text
}

extension QuoteID {
    fileprivate static func optional(_ text: String, field: String) throws(RPCError) -> QuoteID? {
        text.isEmpty ? nil : try QuoteID(text, field: field)
    }
}

extension Payment.CaptureMethod {
    init(_ wire: PaymentV1.CaptureMethod) throws(RPCError) {
        switch wire {
        case .unspecified, .automatic: self = .automatic
        case .manual: self = .manual
        default: throw .invalidArgument(field: "capture_method", "must be AUTOMATIC or MANUAL")
        }
    }
}

extension PaymentInput.Amount {
    init(_ wire: CommonV1.Money) {
        self.init(minorUnits: wire.minorUnits, currency: wire.currency)
    }
}

extension [CommonV1.KeyValue] {
    var entries: [FieldRules.Metadata.Entry] {
        self.map { FieldRules.Metadata.Entry(key: $0.key, value: $0.value) }
    }
}
