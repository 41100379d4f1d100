internal import FieldRules
internal import Identifiers
internal import Money

/// A payment as a merchant asked for it, every field checked.
package struct PaymentDraft: Hashable, Sendable {
    package let merchantID: String
    package let captureMethod: Payment.CaptureMethod
    package let details: PaymentDetails

    /// - Throws: `.invalid`, `.amountTooSmall` or `.amountTooLarge`, for the first field at fault.
    package init(
        merchantID: String, captureMethod: Payment.CaptureMethod, input: PaymentInput,
        limits: PaymentLimits
    ) throws(PaymentError) {
        do {
            self.merchantID = try checkedMerchantID(merchantID)
        } catch {
            throw .invalid(error)
        }
        self.captureMethod = captureMethod
        self.details = PaymentDetails(
            amount: try input.checkedAmount(limits: limits),
            paymentMethod: try input.checkedPaymentMethod(limits: limits),
            settlementCurrency: try input.checkedSettlementCurrency(),
            quoteID: try input.checkedQuoteID(),
            description: try input.checkedDescription(),
            metadata: try input.checkedMetadata(), customerID: try input.checkedCustomerID(),
            paymentMethodID: try input.checkedPaymentMethodID())
        try self.details.checkQuote()
    }
}

/// Changes to a payment's details, every field checked.
package struct PaymentChange: Hashable, Sendable {
    package enum Field: String, CaseIterable, Hashable, Sendable {
        case amount
        case paymentMethod = "payment_method"
        case settlementCurrency = "settlement_currency"
        case quoteID = "quote_id"
        case description
        case metadata
        case metadataChanges = "metadata_changes"
        case customerID = "customer_id"
        case paymentMethodID = "payment_method_id"

        /// Whether it decides what money moves, and so cannot change once money does.
        var isOfTheMoney: Bool {
            switch self {
            case .amount, .paymentMethod, .paymentMethodID, .settlementCurrency, .quoteID: true
            case .description, .metadata, .metadataChanges, .customerID: false
            }
        }
    }

    private let fields: Set<Field>
    private let edits: [Edit]

    private enum Edit: Hashable, Sendable {
        case amount(Money)
        case paymentMethod(String)
        case settlementCurrency(Currency?)
        case quoteID(QuoteID?)
        case description(String)
        case metadata(Metadata)
        case metadataChanges([Metadata.Entry])
        case customerID(String)
        case paymentMethodID(String)
    }

    /// - Throws: `.invalid`, `.amountTooSmall` or `.amountTooLarge`, for the first field at fault;
    ///   `.invalid` for the field "fields" when one is unknown, named twice, or none is named.
    package init(
        fields names: [String], input: PaymentInput, limits: PaymentLimits
    ) throws(PaymentError) {
        var fields: Set<Field> = []
        var edits: [Edit] = []
        for name in names {
            guard let field = Field(rawValue: name), fields.insert(field).inserted else {
                let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid(
                    FieldError("fields", "must name each of these at most once: \(known)"))
            }
            switch field {
            case .amount: edits.append(.amount(try input.checkedAmount(limits: limits)))
            case .paymentMethod:
                edits.append(.paymentMethod(try input.checkedPaymentMethod(limits: limits)))
            case .settlementCurrency:
                edits.append(.settlementCurrency(try input.checkedSettlementCurrency()))
            case .quoteID: edits.append(.quoteID(try input.checkedQuoteID()))
            case .description: edits.append(.description(try input.checkedDescription()))
            case .metadata: edits.append(.metadata(try input.checkedMetadata()))
            case .metadataChanges: edits.append(.metadataChanges(input.metadataChanges))
            case .customerID: edits.append(.customerID(try input.checkedCustomerID()))
            case .paymentMethodID:
                edits.append(.paymentMethodID(try input.checkedPaymentMethodID()))
            }
        }
        guard !edits.isEmpty else {
            throw .invalid(FieldError("fields", "must name what is to be changed"))
        }
        self.fields = fields
        self.edits = edits
    }

    var touchesMoney: Bool { self.fields.contains(where: \.isOfTheMoney) }

    func applied(to details: PaymentDetails) throws(PaymentError) -> PaymentDetails {
        var details = details
        for edit in self.edits {
            switch edit {
            case .amount(let amount): details.amount = amount
            case .paymentMethod(let method): details.paymentMethod = method
            case .settlementCurrency(let currency): details.settlementCurrency = currency
            case .quoteID(let quote): details.quoteID = quote
            case .description(let text): details.description = text
            case .metadata(let metadata): details.metadata = metadata
            case .metadataChanges(let changes):
                do {
                    details.metadata = try details.metadata.merging(changes)
                } catch {
                    throw .invalid(error)
                }
            case .customerID(let id): details.customerID = id
            case .paymentMethodID(let id): details.paymentMethodID = id
            }
        }
        try details.checkQuote()
        return details
    }
}
