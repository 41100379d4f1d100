internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import Synchronization

/// Creates and processes one payment after another, and keeps those that succeeded.
final class PaymentMaker: Sendable {
    private let payments: PaymentServiceClient
    private let orchestrator: OrchestratorServiceClient
    private let amount: CommonV1.Money
    private let mix: PaymentMix
    private let options: CallOptions
    private let kept = Mutex<[PaymentV1.Payment]>([])
    private let identifiers = SystemIdentifierSource()
    /// As many are looked up in the ledger afterwards.
    private static let sampleSize = 200

    init(
        payments: any Channel, orchestrator: any Channel, amount: CommonV1.Money, mix: PaymentMix,
        options: CallOptions
    ) {
        self.payments = PaymentServiceClient(payments)
        self.orchestrator = OrchestratorServiceClient(orchestrator)
        self.amount = amount
        self.mix = mix
        self.options = options
    }

    /// The first of the payments that succeeded.
    var sample: [PaymentV1.Payment] { self.kept.withLock { $0 } }

    /// - Returns: 1, the number of payments made.
    /// - Throws: ``Failure`` when the payment did not end as its kind has to.
    func make(_ number: Int) async throws -> Int {
        let kind = self.mix.kind(of: number)
        let key = "bench_\(self.identifiers.next(ScriptKind.self).uuid)"
        let created = try await self.payments.createPayment(
            .init(
                idempotencyKey: key, merchantID: "bench", amount: self.amount,
                paymentMethod: kind == .decline
                    ? "pm_card_chargeDeclinedExpiredCard" : "pm_card_visa",
                settlementCurrency: kind == .exchange ? self.otherCurrency : ""),
            options: self.options)
        let processed = try await self.orchestrator.processPayment(
            .init(idempotencyKey: key, paymentID: created.payment?.id ?? ""),
            options: self.options)
        let status = processed.saga?.status ?? .unspecified
        guard status == (kind == .decline ? .compensated : .succeeded) else {
            throw Failure(.failed, "\(kind.rawValue): saga ended as \(status)")
        }
        if kind == .refund { try await self.refund(created.payment?.id ?? "", key) }
        if kind != .decline, let payment = processed.payment { self.keep(payment) }
        return 1
    }

    private func refund(_ payment: String, _ key: String) async throws {
        let half = CommonV1.Money(
            minorUnits: max(1, self.amount.minorUnits / 2), currency: self.amount.currency)
        let refunded = try await self.orchestrator.refundPayment(
            .init(idempotencyKey: "\(key)_refund", paymentID: payment, amount: half),
            options: self.options)
        let status = refunded.saga?.status ?? .unspecified
        guard status == .succeeded else {
            throw Failure(.failed, "refund: saga ended as \(status)")
        }
    }

    private var otherCurrency: String { self.amount.currency == "EUR" ? "USD" : "EUR" }

    private func keep(_ payment: PaymentV1.Payment) {
        self.kept.withLock { if $0.count < Self.sampleSize { $0.append(payment) } }
    }
}
