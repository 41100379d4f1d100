internal import FieldRules
internal import Identifiers
internal import Money
internal import PaymentCore
internal import Postgres

/// The table `payment`, with the latest charge beside it.
enum PaymentRow {
    private static let own = """
        p.id, p.merchant_id, p.capture_method, p.created_at, p.amount, p.currency, \
        p.payment_method, p.settlement_currency, p.quote_id, p.description, p.metadata_keys, \
        p.metadata_values, p.status, p.active_saga_id, p.active_work, p.active_resume, \
        p.active_amount, p.failure_code, p.failure_decline_code, p.failure_message, \
        p.failure_charge_id, p.next_action, p.capture_before, p.cancellation_reason, \
        p.canceled_at, p.updated_at, p.events, p.frozen_reason, p.customer_id, \
        p.payment_method_id
        """
    private static let ownCount = 30
    /// How many columns ``columns`` has.
    static let count = Self.ownCount + ChargeRow.columnTypes.count - 1

    static let columns = "\(own), \(ChargeRow.columns)"
    static let source = "payment p \(charge)"

    /// The latest charge of the payment `p`, looked up for each: OFFSET keeps the two from being
    /// joined in a way that reads all charges.
    static let charge = """
        LEFT JOIN LATERAL (SELECT * FROM charge WHERE charge.id = p.latest_charge_id OFFSET 0) c
        ON true
        """

    static func payment(_ row: PostgresRow) throws -> PaymentStore.Stored {
        let payment = Payment(
            id: PaymentID(uuid: try row.uuid(0)), merchantID: try row.text(1),
            captureMethod: try row.choice(2, Payment.CaptureMethod.self),
            createdAt: try row.timestamp(3), details: try self.details(row),
            status: try row.choice(12, Payment.Status.self), activity: try self.activity(row),
            charge: try ChargeRow.charge(row, from: self.ownCount),
            lastFailure: try self.failure(row),
            nextAction: try row.text(21), captureBefore: try row.optionalTimestamp(22),
            cancellation: try row.optionalTimestamp(24).map { at in
                Payment.Cancellation(
                    reason: try row.optionalText(23).flatMap(CancellationReason.init), at: at)
            },
            frozenReason: try row.optionalText(27), updatedAt: try row.timestamp(25))
        return PaymentStore.Stored(payment: payment, lastEvent: try row.int64(26))
    }

    private static func details(_ row: PostgresRow) throws -> PaymentDetails {
        let entries = zip(try row.textArray(10), try row.textArray(11))
        return PaymentDetails(
            amount: Money(try row.int64(4), try Currency.named(try row.text(5))),
            paymentMethod: try row.text(6),
            settlementCurrency: try row.optionalText(7).map { try Currency.named($0) },
            quoteID: try row.optionalUUID(8).map { QuoteID(uuid: $0) },
            description: try row.text(9),
            metadata: Metadata(trusting: entries.map { Metadata.Entry(key: $0, value: $1) }),
            customerID: try row.text(28), paymentMethodID: try row.text(29))
    }

    private static func activity(_ row: PostgresRow) throws -> Payment.Activity? {
        guard let saga = try row.optionalUUID(13) else { return nil }
        let work: Payment.Activity.Work
        switch try row.text(14) {
        case "process": work = .process(resume: try row.choice(15, Payment.Status.self))
        case "capture": work = .capture(try row.int64(16))
        case "cancel": work = .cancel
        default: throw UnknownValue(column: 14)
        }
        return Payment.Activity(sagaID: SagaID(uuid: saga), work: work)
    }

    private static func failure(_ row: PostgresRow) throws -> Failure? {
        try row.optionalText(17).map { code in
            Failure(
                code: code, declineCode: try row.optionalText(18) ?? "",
                message: try row.optionalText(19) ?? "",
                chargeID: try row.optionalUUID(20).map { ChargeID(uuid: $0) })
        }
    }

    static let insert = """
        INSERT INTO payment (id, amount, currency, payment_method, settlement_currency, quote_id,
            description, metadata_keys, metadata_values, status, active_saga_id, active_work,
            active_resume, active_amount, latest_charge_id, failure_code, failure_decline_code,
            failure_message, failure_charge_id, next_action, capture_before, cancellation_reason,
            canceled_at, updated_at, events, customer_id, payment_method_id, merchant_id,
            capture_method, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
        """

    /// Of ``changeable(_:lastEvent:)`` without the metadata, which does not fit a column of rows.
    static let updateColumns: [RowBatch.Column] = [
        .init("id", .uuid), .init("amount", .int64), .init("currency", .text),
        .init("payment_method", .text), .init("settlement_currency", .text),
        .init("quote_id", .uuid), .init("description", .text), .init("status", .text),
        .init("active_saga_id", .uuid), .init("active_work", .text),
        .init("active_resume", .text), .init("active_amount", .int64),
        .init("latest_charge_id", .uuid), .init("failure_code", .text),
        .init("failure_decline_code", .text), .init("failure_message", .text),
        .init("failure_charge_id", .uuid), .init("next_action", .text),
        .init("capture_before", .timestamp), .init("cancellation_reason", .text),
        .init("canceled_at", .timestamp), .init("updated_at", .timestamp),
        .init("events", .int64), .init("customer_id", .text), .init("payment_method_id", .text),
    ]

    /// Of ``parameters(_:)`` without the metadata.
    static let insertColumns =
        Self.updateColumns + [
            .init("merchant_id", .text), .init("capture_method", .text),
            .init("created_at", .timestamp),
        ]

    static func withoutMetadata(_ parameters: [PostgresValue]) -> [PostgresValue] {
        Array(parameters[..<7] + parameters[9...])
    }

    static func parameters(_ payment: Payment) -> [PostgresValue] {
        self.changeable(payment, lastEvent: 1) + [
            .text(payment.merchantID), .text(payment.captureMethod.rawValue),
            .timestamp(payment.createdAt),
        ]
    }

    static let update = """
        UPDATE payment SET amount = $2, currency = $3, payment_method = $4,
            settlement_currency = $5, quote_id = $6, description = $7, metadata_keys = $8,
            metadata_values = $9, status = $10, active_saga_id = $11, active_work = $12,
            active_resume = $13, active_amount = $14, latest_charge_id = $15, failure_code = $16,
            failure_decline_code = $17, failure_message = $18, failure_charge_id = $19,
            next_action = $20, capture_before = $21, cancellation_reason = $22, canceled_at = $23,
            updated_at = $24, events = $25, customer_id = $26, payment_method_id = $27
        WHERE id = $1
        """

    /// The id and all that may change, in the order of ``update``.
    static func changeable(_ payment: Payment, lastEvent: Int64) -> [PostgresValue] {
        let details = payment.details
        let work = StoredWork(payment.activity?.work)
        return [
            .uuid(payment.id.uuid), .int64(details.amount.minorUnits),
            .text(details.amount.currency.code), .text(details.paymentMethod),
            .optional(details.settlementCurrency?.code, PostgresValue.text),
            .optional(details.quoteID?.uuid, PostgresValue.uuid), .text(details.description),
            .textArray(details.metadata.entries.map(\.key)),
            .textArray(details.metadata.entries.map(\.value)), .text(payment.status.rawValue),
            .optional(payment.activity?.sagaID.uuid, PostgresValue.uuid),
            .optional(work.name, PostgresValue.text),
            .optional(work.resume?.rawValue, PostgresValue.text),
            .optional(work.amount, PostgresValue.int64),
            .optional(payment.charge?.id.uuid, PostgresValue.uuid),
            .optional(payment.lastFailure?.code, PostgresValue.text),
            .optional(payment.lastFailure?.declineCode, PostgresValue.text),
            .optional(payment.lastFailure?.message, PostgresValue.text),
            .optional(payment.lastFailure?.chargeID?.uuid, PostgresValue.uuid),
            .text(payment.nextAction), .optional(payment.captureBefore, PostgresValue.timestamp),
            .optional(payment.cancellation?.reason?.rawValue, PostgresValue.text),
            .optional(payment.cancellation?.at, PostgresValue.timestamp),
            .timestamp(payment.updatedAt), .int64(lastEvent), .text(details.customerID),
            .text(details.paymentMethodID),
        ]
    }
}

/// A saga's work as its columns hold it.
private struct StoredWork {
    var name: String?
    var resume: Payment.Status?
    var amount: Int64?

    init(_ work: Payment.Activity.Work?) {
        switch work {
        case nil: break
        case .process(let resume): (self.name, self.resume) = ("process", resume)
        case .capture(let amount): (self.name, self.amount) = ("capture", amount)
        case .cancel: self.name = "cancel"
        }
    }
}

/// A value that no version of the service writes.
struct UnknownValue: Error {
    let column: Int
}

extension PostgresRow {
    /// A text that names one of an enumeration's cases.
    func choice<Choice: RawRepresentable<String>>(
        _ column: Int, _ type: Choice.Type
    ) throws -> Choice {
        guard let choice = Choice(rawValue: try self.text(column)) else {
            throw UnknownValue(column: column)
        }
        return choice
    }
}
