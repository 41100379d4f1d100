internal import Identifiers
internal import Money
internal import PaymentCore
internal import Postgres

/// The table `charge`.
enum ChargeRow {
    /// All columns of a row.
    static let columnTypes: [RowBatch.Column] = [
        .init("id", .uuid), .init("amount", .int64), .init("currency", .text),
        .init("status", .text), .init("failure_code", .text),
        .init("failure_decline_code", .text), .init("failure_message", .text),
        .init("authorization_reference", .text), .init("capture_reference", .text),
        .init("hold_saga_id", .uuid), .init("hold_amount", .int64),
        .init("hold_fee_basis_points", .int64), .init("hold_quote_id", .uuid),
        .init("hold_settlement_currency", .text), .init("hold_payment_currency_factor", .text),
        .init("hold_settlement_currency_factor", .text),
        .init("hold_spread_basis_points", .int64), .init("amount_captured", .int64),
        .init("settlement_gross", .int64), .init("settlement_currency", .text),
        .init("settlement_spread", .int64), .init("settlement_fee", .int64),
        .init("settlement_net", .int64), .init("settlement_exchange_rate", .text),
        .init("settlement_quote_id", .uuid), .init("refunds_reserved", .int64),
        .init("refunds_reserved_share", .int64), .init("refunds_applied", .int64),
        .init("refunds_applied_share", .int64), .init("created_at", .timestamp),
        .init("payment_method", .text), .init("payment_method_id", .text),
        .init("payment_id", .uuid),
    ]

    /// Of the table under the name `c`, without the payment.
    static let columns = Self.columnTypes.dropLast().map { "c.\($0.name)" }
        .joined(separator: ", ")

    /// The id, and the columns that may change, in the order of all columns.
    static let changeableTypes = Self.columnTypes.filter {
        ![
            "amount", "currency", "created_at", "payment_method", "payment_method_id", "payment_id",
        ].contains($0.name)
    }

    /// In the order of ``columnTypes``.
    static func parameters(_ charge: Charge, of payment: PaymentID) -> [PostgresValue] {
        [
            .uuid(charge.id.uuid), .int64(charge.amount.minorUnits),
            .text(charge.amount.currency.code),
        ] + self.changing(charge) + [
            .timestamp(charge.createdAt), .text(charge.paymentMethod),
            .text(charge.paymentMethodID), .uuid(payment.uuid),
        ]
    }

    /// In the order of ``changeableTypes``.
    static func changeable(_ charge: Charge) -> [PostgresValue] {
        [.uuid(charge.id.uuid)] + self.changing(charge)
    }

    private static func changing(_ charge: Charge) -> [PostgresValue] {
        let attempt: [PostgresValue] = [
            .text(charge.status.rawValue),
            .optional(charge.failure?.code, PostgresValue.text),
            .optional(charge.failure?.declineCode, PostgresValue.text),
            .optional(charge.failure?.message, PostgresValue.text),
            .optional(charge.authorizationReference, PostgresValue.text),
            .optional(charge.captureReference, PostgresValue.text),
        ]
        let refunds: [PostgresValue] = [
            .int64(charge.refunds.reserved.amount), .int64(charge.refunds.reserved.share),
            .int64(charge.refunds.applied.amount), .int64(charge.refunds.applied.share),
        ]
        return attempt + self.hold(charge.hold) + [.int64(charge.amountCaptured)]
            + self.settlement(charge.settlement) + refunds
    }

    private static func hold(_ hold: HoldTerms?) -> [PostgresValue] {
        let exchange = hold?.exchange
        return [
            .optional(hold?.sagaID.uuid, PostgresValue.uuid),
            .optional(hold?.amount, PostgresValue.int64),
            .optional(hold?.feeBasisPoints, PostgresValue.int64),
            .optional(exchange?.quoteID.uuid, PostgresValue.uuid),
            .optional(exchange?.settlementCurrency.code, PostgresValue.text),
            .optional(exchange?.paymentCurrencyFactor, PostgresValue.text),
            .optional(exchange?.settlementCurrencyFactor, PostgresValue.text),
            .optional(exchange?.spreadBasisPoints, PostgresValue.int64),
        ]
    }

    private static func settlement(_ settlement: Settlement?) -> [PostgresValue] {
        [
            .optional(settlement?.gross.minorUnits, PostgresValue.int64),
            .optional(settlement?.gross.currency.code, PostgresValue.text),
            .optional(settlement?.spread, PostgresValue.int64),
            .optional(settlement?.fee, PostgresValue.int64),
            .optional(settlement?.net, PostgresValue.int64),
            .optional(settlement?.exchangeRate, PostgresValue.text),
            .optional(settlement?.quoteID?.uuid, PostgresValue.uuid),
        ]
    }

    /// - Parameter first: Where the charge's columns begin in the row.
    /// - Returns: `nil` when the payment has no charge yet.
    static func charge(_ row: PostgresRow, from first: Int) throws -> Charge? {
        guard let id = try row.optionalUUID(first) else { return nil }
        let chargeID = ChargeID(uuid: id)
        return Charge(
            id: chargeID,
            amount: Money(try row.int64(first + 1), try Currency.named(try row.text(first + 2))),
            createdAt: try row.timestamp(first + 29),
            status: try row.choice(first + 3, Charge.Status.self),
            failure: try row.optionalText(first + 4).map { code in
                Failure(
                    code: code, declineCode: try row.optionalText(first + 5) ?? "",
                    message: try row.optionalText(first + 6) ?? "", chargeID: chargeID)
            },
            authorizationReference: try row.optionalText(first + 7),
            captureReference: try row.optionalText(first + 8),
            hold: try self.hold(row, from: first + 9),
            settlement: try self.settlement(row, from: first + 18),
            amountCaptured: try row.int64(first + 17),
            refunds: RefundTotals(
                reserved: RefundTotals.Sum(
                    amount: try row.int64(first + 25), share: try row.int64(first + 26)),
                applied: RefundTotals.Sum(
                    amount: try row.int64(first + 27), share: try row.int64(first + 28))),
            paymentMethod: try row.text(first + 30), paymentMethodID: try row.text(first + 31))
    }

    private static func hold(_ row: PostgresRow, from first: Int) throws -> HoldTerms? {
        guard let saga = try row.optionalUUID(first) else { return nil }
        return HoldTerms(
            sagaID: SagaID(uuid: saga), amount: try row.int64(first + 1),
            feeBasisPoints: try row.int64(first + 2),
            exchange: try row.optionalUUID(first + 3).map { quote in
                HoldTerms.Exchange(
                    quoteID: QuoteID(uuid: quote),
                    settlementCurrency: try Currency.named(try row.text(first + 4)),
                    paymentCurrencyFactor: try row.text(first + 5),
                    settlementCurrencyFactor: try row.text(first + 6),
                    spreadBasisPoints: try row.int64(first + 7))
            })
    }

    private static func settlement(_ row: PostgresRow, from first: Int) throws -> Settlement? {
        guard let gross = try row.optionalInt64(first) else { return nil }
        return try Settlement(
            gross: Money(gross, try Currency.named(try row.text(first + 1))),
            spread: try row.int64(first + 2), fee: try row.int64(first + 3),
            net: try row.int64(first + 4), exchangeRate: try row.text(first + 5),
            quoteID: try row.optionalUUID(first + 6).map { QuoteID(uuid: $0) })
    }
}
