import AcquirerSandbox
import Identifiers
import Messages
import PaymentService
import Postgres
import RPC
import Stubs
import TLS
import TestKit

/// The payment service and its acquirer, running, and the clock that both go by.
struct PaymentWorld: Sendable {
    let client: PaymentServiceClient
    let orchestrator: PaymentServiceClient
    let operators: PaymentServiceClient
    let gateway: OutboxServiceClient
    let clientChannel: any Channel
    let acquirer: AcquirerServiceClient
    let clock: ManualClock
    let database: EphemeralDatabase

    /// - Parameter patience: How long an answer of the acquirer is waited for. Short only where
    ///   one does not come: on a busy machine a short wait misses answers that do.
    static func run(
        patience: String = "8s", clock: ManualClock = ManualClock(),
        identifiers: any IdentifierSource = SystemIdentifierSource(),
        database: EphemeralDatabase? = nil,
        _ body: @escaping @Sendable (PaymentWorld) async throws -> Void
    ) async throws {
        try await withService(AcquirerProcess.self, clock: clock) { acquirer in
            try await withService(
                PaymentProcess.self, peers: [.acquirer: acquirer.address],
                settings: ["acquirer-timeout": patience], clock: clock, identifiers: identifiers,
                database: database
            ) { payment in
                try await body(
                    PaymentWorld(
                        client: PaymentServiceClient(try payment.channel(as: .client)),
                        orchestrator: PaymentServiceClient(
                            try payment.channel(as: .orchestrator)),
                        operators: PaymentServiceClient(try payment.channel(as: .operator)),
                        gateway: OutboxServiceClient(try payment.channel(as: .gateway)),
                        clientChannel: try payment.channel(as: .client),
                        acquirer: AcquirerServiceClient(try acquirer.channel(as: .operator)),
                        clock: clock, database: payment.database))
            }
        }
    }

    // What a merchant does.

    func create(
        key: String = "key", merchant: String = "acme", _ minorUnits: Int64 = 100_00,
        currency: String = "USD", capture: PaymentV1.CaptureMethod = .automatic,
        method: String = "pm_card_visa"
    ) async throws(RPCError) -> PaymentV1.Payment {
        let response = try await self.client.createPayment(
            PaymentV1.CreatePaymentRequest(
                idempotencyKey: key, merchantID: merchant,
                amount: CommonV1.Money(minorUnits: minorUnits, currency: currency),
                captureMethod: capture, paymentMethod: method))
        return response.payment ?? PaymentV1.Payment()
    }

    func get(_ id: String) async throws(RPCError) -> PaymentV1.GetPaymentResponse {
        try await self.client.getPayment(PaymentV1.GetPaymentRequest(paymentID: id))
    }

    // What an orchestrator does.

    func begin(
        _ saga: TestSaga, _ id: String, _ intent: PaymentV1.AttemptIntent = .process,
        capture amount: Int64 = 0
    ) async throws(RPCError) -> PaymentV1.BeginAttemptResponse {
        try await self.orchestrator.beginAttempt(
            PaymentV1.BeginAttemptRequest(
                operation: saga.action("begin"), paymentID: id, intent: intent,
                captureAmount: amount))
    }

    func authorize(_ saga: TestSaga, _ id: String) async throws(RPCError)
        -> PaymentV1.AuthorizeResponse
    {
        try await self.orchestrator.authorize(
            PaymentV1.AuthorizeRequest(operation: saga.action("authorize"), paymentID: id))
    }

    func purchase(_ saga: TestSaga, _ id: String) async throws(RPCError)
        -> PaymentV1.PurchaseResponse
    {
        let gross = CommonV1.Money(minorUnits: 100_00, currency: "USD")
        return try await self.orchestrator.purchase(
            PaymentV1.PurchaseRequest(
                operation: saga.action("capture"), paymentID: id,
                settlement: PaymentV1.Settlement(gross: gross, net: gross.minorUnits)))
    }

    func hold(_ saga: TestSaga, _ id: String) async throws(RPCError) -> PaymentV1.Payment? {
        try await self.orchestrator.hold(
            PaymentV1.HoldRequest(
                operation: saga.action("capture"), paymentID: id,
                terms: PaymentV1.HoldTerms(
                    holdSagaID: saga.id.description, amount: 100_00, feeBasisPoints: 290))
        ).payment
    }

    func capture(
        _ saga: TestSaga, _ id: String, _ amount: Int64 = 100_00, gross: Int64? = nil
    ) async throws(RPCError) -> PaymentV1.CaptureResponse {
        let gross = CommonV1.Money(minorUnits: gross ?? amount, currency: "USD")
        return try await self.orchestrator.capture(
            PaymentV1.CaptureRequest(
                operation: saga.action("capture"), paymentID: id, amount: amount,
                settlement: PaymentV1.Settlement(gross: gross, net: gross.minorUnits)))
    }

    /// Undoes "authorize".
    func void(_ saga: TestSaga, _ id: String) async throws(RPCError) -> PaymentV1.VoidResponse {
        try await self.orchestrator.void(
            PaymentV1.VoidRequest(operation: saga.compensation("authorize"), paymentID: id))
    }

    func cancel(_ saga: TestSaga, _ id: String) async throws(RPCError) -> PaymentV1.Payment? {
        try await self.orchestrator.cancel(
            PaymentV1.CancelRequest(
                operation: saga.action("cancel"), paymentID: id, reason: "abandoned")
        ).payment
    }

    func fail(
        _ saga: TestSaga, _ id: String, code: String = "card_declined"
    ) async throws(RPCError) -> PaymentV1.Payment? {
        try await self.orchestrator.fail(
            PaymentV1.FailRequest(
                operation: saga.compensation("begin"), paymentID: id,
                failure: PaymentV1.PaymentFailure(code: code, message: "Declined."))
        ).payment
    }

    func reserve(
        _ saga: TestSaga, _ id: String, refund: RefundID, _ amount: Int64
    ) async throws(RPCError) -> PaymentV1.ReserveRefundResponse {
        try await self.orchestrator.reserveRefund(
            PaymentV1.ReserveRefundRequest(
                operation: saga.action("reserve"), paymentID: id, refundID: refund.description,
                amount: amount))
    }

    /// A payment that was taken.
    func paid(key: String = "key") async throws -> String {
        let payment = try await self.create(key: key)
        let saga = TestSaga()
        _ = try await self.begin(saga, payment.id)
        _ = try await self.authorize(saga, payment.id)
        _ = try await self.capture(saga, payment.id)
        return payment.id
    }

    /// A payment whose money is set aside.
    func held() async throws -> String {
        let payment = try await self.create(capture: .manual)
        let saga = TestSaga()
        _ = try await self.begin(saga, payment.id)
        _ = try await self.authorize(saga, payment.id)
        _ = try await self.hold(saga, payment.id)
        return payment.id
    }

    // What an auditor looks at.

    func effects() async throws(RPCError) -> [AcquirerV1.Effect] {
        try await self.acquirer.listEffects(
            AcquirerV1.ListEffectsRequest(page: CommonV1.PageRequest(limit: 100))
        ).effects
    }

    /// Rows in all tables of the service, the barrier's included.
    func rows() async throws -> Int64? {
        let tables = [
            "payment", "charge", "payment_event", "refund_reservation", "acquirer_attempt",
            "operation_barrier", "saga_fence", "outbox",
        ]
        let counts = tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: " + ")
        return try await self.database.ownerPool().query("SELECT \(counts)").first?.int64(0)
    }

    func script(
        _ behavior: AcquirerV1.Behavior, kind: AcquirerV1.EffectKind, remaining: Int64 = 1
    ) async throws(RPCError) {
        _ = try await self.acquirer.addScript(
            AcquirerV1.AddScriptRequest(
                script: AcquirerV1.Script(kind: kind, behavior: behavior, remaining: remaining)))
    }
}

/// A saga as a participant sees it.
struct TestSaga: Sendable {
    let id: SagaID
    var epoch: Int64 = 1

    init() {
        self.id = SystemIdentifierSource().next(SagaKind.self)
    }

    func action(_ step: String) -> CommonV1.OperationContext {
        CommonV1.OperationContext(
            sagaID: self.id.description, step: step, kind: .action, epoch: self.epoch)
    }

    func compensation(_ step: String) -> CommonV1.OperationContext {
        CommonV1.OperationContext(
            sagaID: self.id.description, step: step, kind: .compensation, epoch: self.epoch)
    }
}

func newRefundID() -> RefundID { SystemIdentifierSource().next(RefundKind.self) }

/// How a call was refused; `nil` when it was not.
func refusal(_ call: () async throws(RPCError) -> some Sendable) async -> RPCError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
