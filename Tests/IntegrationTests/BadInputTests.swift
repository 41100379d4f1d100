import Identifiers
import Messages
import RPC
import Stubs
import Testing

/// Input that cannot be meant: a typed error that names the field, and no row anywhere.
@Suite("Bad input", .serialized)
struct BadInputTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let code: RPCError.Code
        /// The field that the error names; empty for an error about the whole.
        let field: String
        let call: @Sendable (RunningSystem) async throws -> Void

        init(
            _ description: String, _ code: RPCError.Code = .invalidArgument, field: String = "",
            _ call: @escaping @Sendable (RunningSystem) async throws -> Void
        ) {
            self.description = description
            self.code = code
            self.field = field
            self.call = call
        }
    }

    private static func create(
        _ change: @Sendable (inout PaymentV1.CreatePaymentRequest) -> Void, _ system: RunningSystem
    ) async throws {
        var request = PaymentV1.CreatePaymentRequest(
            idempotencyKey: RunningSystem.key(), merchantID: "acme",
            amount: .init(minorUnits: 10_00, currency: "USD"), paymentMethod: "pm_card_visa")
        change(&request)
        _ = try await system.payments.createPayment(request)
    }

    static let payments: [Case] = [
        Case("no amount", field: "amount") { try await create({ $0.amount = nil }, $0) },
        Case("zero", field: "amount") { try await create({ $0.amount?.minorUnits = 0 }, $0) },
        Case("a negative amount", field: "amount") {
            try await create({ $0.amount?.minorUnits = -1 }, $0)
        },
        Case("less than the minimum", field: "amount") {
            try await create({ $0.amount?.minorUnits = 49 }, $0)
        },
        Case("more than the maximum", field: "amount") {
            try await create({ $0.amount?.minorUnits = .max }, $0)
        },
        Case("fils that cannot be paid", field: "amount") {
            try await create({ $0.amount = .init(minorUnits: 1_001, currency: "KWD") }, $0)
        },
        Case("an unknown currency", field: "amount.currency") {
            try await create({ $0.amount?.currency = "XXQ" }, $0)
        },
        Case("an unknown settlement currency", field: "settlement_currency") {
            try await create({ $0.settlementCurrency = "euro" }, $0)
        },
        Case("no merchant", field: "merchant_id") { try await create({ $0.merchantID = "" }, $0) },
        Case("a merchant with a slash", field: "merchant_id") {
            try await create({ $0.merchantID = "a/b" }, $0)
        },
        Case("a payment method that is none", field: "payment_method") {
            try await create({ $0.paymentMethod = "4242424242424242" }, $0)
        },
        Case("a malformed quote id", field: "quote_id") {
            try await create({ $0.quoteID = "qt_1" }, $0)
        },
        Case("an unknown capture method", field: "capture_method") {
            try await create({ $0.captureMethod = .init(rawValue: 99) }, $0)
        },
        Case("no idempotency key", field: "idempotency_key") {
            try await create({ $0.idempotencyKey = "" }, $0)
        },
        Case("an idempotency key of 256 characters", field: "idempotency_key") {
            try await create({ $0.idempotencyKey = String(repeating: "k", count: 256) }, $0)
        },
        Case("a metadata key with a bracket", field: "metadata[0].key") {
            try await create({ $0.metadata = [.init(key: "a[b]", value: "c")] }, $0)
        },
        Case("a malformed payment id", field: "payment_id") {
            _ = try await $0.payments.getPayment(.init(paymentID: "pi_nonsense"))
        },
        Case("an unknown payment id", .notFound) {
            _ = try await $0.payments.getPayment(.init(paymentID: unknown(PaymentKind.self)))
        },
        Case("a page of 101", field: "page.limit") {
            _ = try await $0.payments.listPayments(.init(page: .init(limit: 101)))
        },
        Case("a cursor from nowhere", field: "page.cursor") {
            _ = try await $0.payments.listPayments(.init(page: .init(cursor: "?")))
        },
    ]

    static let money: [Case] = [
        Case("processing a malformed id", field: "payment_id") {
            _ = try await $0.orchestrator.processPayment(
                .init(idempotencyKey: RunningSystem.key(), paymentID: "ch_1"))
        },
        Case("processing an unknown payment", .notFound) {
            _ = try await $0.orchestrator.processPayment(
                .init(idempotencyKey: RunningSystem.key(), paymentID: unknown(PaymentKind.self)))
        },
        Case("processing without a key", field: "idempotency_key") {
            _ = try await $0.orchestrator.processPayment(
                .init(paymentID: unknown(PaymentKind.self)))
        },
        Case("capturing nothing", field: "amount.minor_units") {
            _ = try await $0.orchestrator.capturePayment(
                .init(
                    idempotencyKey: RunningSystem.key(), paymentID: unknown(PaymentKind.self),
                    amount: .init(minorUnits: 0, currency: "USD")))
        },
        Case("refunding a negative amount", field: "amount.minor_units") {
            _ = try await $0.orchestrator.refundPayment(
                .init(
                    idempotencyKey: RunningSystem.key(), paymentID: unknown(PaymentKind.self),
                    amount: .init(minorUnits: -1, currency: "USD")))
        },
        Case("refunding for no reason we know", field: "reason") {
            _ = try await $0.orchestrator.refundPayment(
                .init(
                    idempotencyKey: RunningSystem.key(), paymentID: unknown(PaymentKind.self),
                    reason: "because"))
        },
        Case("canceling for no reason we know", field: "reason") {
            _ = try await $0.orchestrator.cancelPayment(
                .init(
                    idempotencyKey: RunningSystem.key(), paymentID: unknown(PaymentKind.self),
                    reason: "because"))
        },
        Case("an unknown saga", .notFound) {
            _ = try await $0.orchestrator.getSaga(.init(sagaID: unknown(SagaKind.self)))
        },
        Case("an unknown refund", .notFound) {
            _ = try await $0.refunds.getRefund(.init(refundID: unknown(RefundKind.self)))
        },
        Case("a quote of nothing", field: "from") {
            _ = try await $0.rates.createQuote(
                .init(idempotencyKey: RunningSystem.key(), toCurrency: "EUR"))
        },
        Case("a quote into the same currency", field: "to_currency") {
            _ = try await $0.rates.createQuote(
                .init(
                    idempotencyKey: RunningSystem.key(), from: .init("1.00 EUR"), toCurrency: "EUR")
            )
        },
        Case("a quote for eleven minutes", field: "lifetime_seconds") {
            _ = try await $0.rates.createQuote(
                .init(
                    idempotencyKey: RunningSystem.key(), from: .init("1.00 USD"), toCurrency: "EUR",
                    lifetimeSeconds: 660))
        },
        Case("an empty publication", field: "rates") {
            _ = try await $0.ratesAdmin.importRates(.init())
        },
        Case("a rate of zero", field: "rates") {
            _ = try await $0.ratesAdmin.importRates(
                .init(rates: [
                    .init(
                        currency: "USD", unitsPerEuro: "0", publishedOn: "2026-01-02", source: "ecb"
                    )
                ]))
        },
        Case("a role that may not", .permissionDenied) {
            _ = try await $0.ledger.createAccounts(.init())
        },
    ]

    private static func unknown<Kind: IdentifierKind>(_: Kind.Type) -> String {
        SystemIdentifierSource().next(Kind.self).description
    }

    @Test("Gets its typed error and leaves no row", arguments: payments + money)
    func refused(_ bad: Case) async throws {
        let system = try await SharedSystem.quiet()
        let before = try await system.rowCounts()
        let error = await #expect(throws: RPCError.self) { try await bad.call(system) }
        #expect(error?.code == bad.code)
        if !bad.field.isEmpty { #expect(error?.violations.map(\.field) == [bad.field]) }
        #expect(try await system.rowCounts() == before)
    }

    @Test("The same key is one payment; with other content it is refused")
    func idempotencyKey() async throws {
        let system = try await SharedSystem.quiet()
        let key = RunningSystem.key()
        var request = try PaymentV1.CreatePaymentRequest(
            idempotencyKey: key, merchantID: "acme", amount: .init("10.00 USD"),
            paymentMethod: "pm_card_visa")
        let first = try await system.payments.createPayment(request).payment
        #expect(try await system.payments.createPayment(request).payment?.id == first?.id)
        request.amount = try .init("11.00 USD")
        let error = await #expect(throws: RPCError.self) {
            try await system.payments.createPayment(request)
        }
        #expect(error?.reason == .idempotencyError)
    }
}
