import AcquirerSandbox
import Identifiers
import Messages
import Postgres
import RPC
import RefundService
import Stubs
import TLS
import TestKit
import Testing

/// The refund service and its acquirer, running, and the clock that both go by.
struct RefundWorld: Sendable {
    let client: RefundServiceClient
    let orchestrator: RefundServiceClient
    let gateway: OutboxServiceClient
    let payment: AcquirerServiceClient
    let operators: AcquirerServiceClient
    let clock: ManualClock
    let database: EphemeralDatabase

    /// - Parameter patience: How long an answer of the acquirer is waited for. Short only where
    ///   one does not come: on a busy machine a short wait misses answers that do.
    static func run(
        patience: String = "8s", _ body: @escaping @Sendable (RefundWorld) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await withService(AcquirerProcess.self, clock: clock) { acquirer in
            try await withService(
                RefundProcess.self, peers: [.acquirer: acquirer.address],
                settings: ["acquirer-timeout": patience], clock: clock
            ) { refund in
                try await body(
                    RefundWorld(
                        client: RefundServiceClient(try refund.channel(as: .client)),
                        orchestrator: RefundServiceClient(try refund.channel(as: .orchestrator)),
                        gateway: OutboxServiceClient(try refund.channel(as: .gateway)),
                        payment: AcquirerServiceClient(try acquirer.channel(as: .payment)),
                        operators: AcquirerServiceClient(try acquirer.channel(as: .operator)),
                        clock: clock, database: refund.database))
            }
        }
    }

    /// The reference of 100.00 USD that were captured.
    func captured(method: String = "pm_card_visa") async throws(RPCError) -> String {
        let amount = CommonV1.Money(minorUnits: 100_00, currency: "USD")
        let soon = (self.clock.now() + .seconds(30)).microseconds
        _ = try await self.payment.authorize(
            AcquirerV1.AuthorizeRequest(
                reference: "a", amount: amount, paymentMethod: method, notAfterUs: soon))
        _ = try await self.payment.capture(
            AcquirerV1.CaptureRequest(
                reference: "c", authorizationReference: "a", amount: amount, notAfterUs: soon))
        return "c"
    }

    func submit(
        _ saga: RefundSaga, capture: String = "c"
    ) async throws(RPCError) -> RefundV1.SubmitResponse {
        try await self.orchestrator.submit(
            RefundV1.SubmitRequest(
                operation: saga.operation("submit"), refundID: saga.refundID,
                captureReference: capture))
    }

    func complete(_ saga: RefundSaga) async throws(RPCError) -> RefundV1.Refund? {
        try await self.orchestrator.complete(
            RefundV1.CompleteRequest(
                operation: saga.operation("complete"), refundID: saga.refundID)
        ).refund
    }

    func fail(_ saga: RefundSaga, reason: String = "lost") async throws(RPCError)
        -> RefundV1.Refund?
    {
        try await self.orchestrator.fail(
            RefundV1.FailRequest(
                operation: saga.operation("open", .compensation), refundID: saga.refundID,
                failureReason: reason)
        ).refund
    }

    func get(_ id: String) async throws(RPCError) -> RefundV1.Refund? {
        try await self.client.getRefund(RefundV1.GetRefundRequest(refundID: id)).refund
    }

    func refunds() async throws(RPCError) -> [AcquirerV1.Effect] {
        try await self.operators.listEffects(
            AcquirerV1.ListEffectsRequest(page: CommonV1.PageRequest(limit: 100))
        ).effects.filter { $0.kind == .refund }
    }

    func script(_ behavior: AcquirerV1.Behavior) async throws(RPCError) {
        _ = try await self.operators.addScript(
            AcquirerV1.AddScriptRequest(
                script: AcquirerV1.Script(kind: .refund, behavior: behavior, remaining: 1)))
    }

    func rows() async throws -> Int64? {
        let tables = [
            "refund", "refund_event", "acquirer_attempt", "operation_barrier", "saga_fence",
            "outbox",
        ]
        let counts = tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: " + ")
        return try await self.database.ownerPool().query("SELECT \(counts)").first?.int64(0)
    }
}

/// A refund's saga as the service sees it.
struct RefundSaga: Sendable {
    private static let identifiers = SystemIdentifierSource()

    let sagaID = Self.identifiers.next(SagaKind.self).description
    let refundID = Self.identifiers.next(RefundKind.self).description
    let paymentID = Self.identifiers.next(PaymentKind.self).description
    let chargeID = Self.identifiers.next(ChargeKind.self).description
    var epoch: Int64 = 1

    func operation(
        _ step: String, _ kind: CommonV1.OperationKind = .action
    ) -> CommonV1.OperationContext {
        CommonV1.OperationContext(
            sagaID: self.sagaID, step: step, kind: kind, epoch: self.epoch)
    }

    func opening(_ minorUnits: Int64 = 40_00) -> RefundV1.OpenRequest {
        RefundV1.OpenRequest(
            operation: self.operation("open"), refundID: self.refundID,
            paymentID: self.paymentID, chargeID: self.chargeID, merchantID: "acme",
            amount: CommonV1.Money(minorUnits: minorUnits, currency: "USD"),
            settlement: CommonV1.Money(minorUnits: 36_80, currency: "EUR"), reason: "duplicate",
            metadata: [CommonV1.KeyValue(key: "order", value: "7")])
    }
}

/// How a call was refused; `nil` when it was not.
func refusal(_ call: () async throws(RPCError) -> some Sendable) async -> RPCError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}

@Suite("The refund service, over RPC", .timeLimit(.minutes(5)))
struct RefundServiceTests {
    @Test("Opens, submits and completes a refund, and tells repeats what it told before")
    func succeeds() async throws {
        try await RefundWorld.run { world in
            let capture = try await world.captured()
            let saga = RefundSaga()
            let opened = try await world.orchestrator.open(saga.opening())
            #expect(opened.refund?.status == .pending)
            #expect(opened.refund?.sagaID == saga.sagaID)
            #expect(try await world.orchestrator.open(saga.opening()) == opened)
            let submitted = try await world.submit(saga, capture: capture)
            #expect(submitted.outcome == .accepted)
            #expect(submitted.acquirerReference == "\(saga.paymentID)/\(saga.sagaID)/submit")
            #expect(try await world.submit(saga, capture: capture) == submitted)
            let completed = try await world.complete(saga)
            #expect(completed?.status == .succeeded)
            #expect(try await world.complete(saga) == completed)
            #expect(try await world.get(saga.refundID) == completed)
            #expect(try await world.refunds().map(\.amount?.minorUnits) == [40_00])
            let events = try await world.database.ownerPool().query(
                "SELECT type FROM refund_event ORDER BY sequence")
            #expect(try events.map { try $0.text(0) } == ["refund.created", "refund.updated"])
        }
    }

    @Test("What a merchant noted on it can be changed; lists go both ways")
    func notes() async throws {
        try await RefundWorld.run { world in
            _ = try await world.captured()
            let sagas = [RefundSaga(), RefundSaga(), RefundSaga()]
            for saga in sagas { _ = try await world.orchestrator.open(saga.opening(1_00)) }
            let id = sagas[1].refundID
            let changed = try await world.client.updateRefund(
                .init(refundID: id, metadataChanges: [.init(key: "a", value: "1")]))
            #expect(changed.refund?.metadata.map(\.key) == ["order", "a"])
            let cleared = try await world.client.updateRefund(
                .init(
                    refundID: id, metadataChanges: [.init(key: "b", value: "2")],
                    clearMetadata: true))
            #expect(cleared.refund?.metadata.map(\.value) == ["2"])
            #expect(try await world.get(id) == cleared.refund)
            let newer = try await world.client.listRefunds(.init(newerThan: sagas[0].refundID))
            #expect(newer.refunds.map(\.id) == [sagas[2].refundID, id])
            let of = try await world.client.listRefunds(.init(chargeID: sagas[2].chargeID))
            #expect(of.refunds.map(\.id) == [sagas[2].refundID])
            let created = cleared.refund?.createdAtUs ?? 0
            #expect(
                try await world.client.listRefunds(.init(createdToUs: created)).refunds.isEmpty)
            let missing = await refusal { () throws(RPCError) in
                try await world.client.updateRefund(.init(refundID: RefundSaga().refundID))
            }
            #expect(missing?.reason == .resourceMissing)
        }
    }

    @Test(
        "A refund that pends is asked about until it is decided",
        arguments: [
            ("pm_card_pendingRefund", RefundV1.SubmitOutcome.accepted),
            ("pm_card_refundFail", .refused),
        ])
    func pending(method: String, end: RefundV1.SubmitOutcome) async throws {
        try await RefundWorld.run { world in
            _ = try await world.captured(method: method)
            let saga = RefundSaga()
            _ = try await world.orchestrator.open(saga.opening())
            #expect(try await world.submit(saga).outcome == .pending)
            #expect(try await world.submit(saga).outcome == .pending)
            world.clock.advance(by: .seconds(2))
            let decided = try await world.submit(saga)
            #expect(decided.outcome == end)
            #expect(decided.failureReason.isEmpty == (end == .accepted))
            #expect(try await world.refunds().count == 1)
        }
    }

    @Test("In doubt, it is settled by a query; lost for good, it is refused")
    func inDoubt() async throws {
        try await RefundWorld.run(patience: "2s") { world in
            _ = try await world.captured()
            let answered = RefundSaga()
            _ = try await world.orchestrator.open(answered.opening())
            try await world.script(.neverAnswer)
            #expect(try await world.submit(answered).outcome == .inDoubt)
            #expect(try await world.submit(answered).outcome == .accepted)

            let lost = RefundSaga()
            _ = try await world.orchestrator.open(lost.opening())
            try await world.script(.lose)
            #expect(try await world.submit(lost).outcome == .inDoubt)
            world.clock.advance(by: .seconds(36))
            let refused = try await world.submit(lost)
            #expect(refused.outcome == .refused)
            #expect(refused.failureReason == "acquirer_unreachable")
            #expect(try await world.fail(lost)?.status == .failed)
            #expect(try await world.refunds().count == 1)
        }
    }

    @Test("Evidence that the acquirer confirms settles a refund in doubt")
    func evidence() async throws {
        try await RefundWorld.run(patience: "2s") { world in
            _ = try await world.captured()
            let saga = RefundSaga()
            _ = try await world.orchestrator.open(saga.opening())
            try await world.script(.neverAnswer)
            let reference = try await world.submit(saga).acquirerReference
            let denied = await #expect(throws: RPCError.self) {
                try await world.orchestrator.settleAttempt(
                    RefundV1.SettleAttemptRequest(reference: reference, outcome: .absent))
            }
            #expect(denied?.reason == .evidenceContradicted)
            let settled = try await world.orchestrator.settleAttempt(
                RefundV1.SettleAttemptRequest(reference: reference, outcome: .approved))
            #expect(settled.checkedByQuery)
            #expect(try await world.submit(saga).outcome == .accepted)
            #expect(try await world.refunds().count == 1)
        }
    }

    @Test("What the acquirer refuses is refused for sure")
    func refused() async throws {
        try await RefundWorld.run { world in
            _ = try await world.captured()
            let saga = RefundSaga()
            _ = try await world.orchestrator.open(saga.opening(100_01))
            let refused = try await world.submit(saga)
            #expect(refused.outcome == .refused)
            #expect(refused.failureReason == "invalid_argument")
            let failed = try await world.fail(saga, reason: "expired_or_canceled_card")
            #expect(failed?.failureReason == "expired_or_canceled_card")
            #expect(try await world.refunds().isEmpty)
        }
    }

    @Test("A compensation before its action blocks it, and a lower epoch is refused")
    func guards() async throws {
        try await RefundWorld.run { world in
            let saga = RefundSaga()
            #expect(try await world.fail(saga) == nil)
            let late = await refusal { () throws(RPCError) in
                try await world.orchestrator.open(saga.opening())
            }
            #expect(late?.reason == .operationBlocked)
            var other = RefundSaga()
            other.epoch = 3
            _ = try await world.orchestrator.open(other.opening())
            let changed = await refusal { () throws(RPCError) in
                try await world.orchestrator.open(other.opening(1))
            }
            #expect(changed?.reason == .operationMismatch)
            other.epoch = 2
            let stale = await refusal { () throws(RPCError) in try await world.submit(other) }
            #expect(stale?.reason == .staleEpoch)
        }
    }

    @Test("Refuses what does not hold, names the field, and leaves no row")
    func badInput() async throws {
        try await RefundWorld.run { world in
            func request(_ change: (inout RefundV1.OpenRequest) -> Void) -> RefundV1.OpenRequest {
                var request = RefundSaga().opening()
                change(&request)
                return request
            }
            let cases: [(String, RefundV1.OpenRequest)] = [
                ("operation", request { $0.operation = nil }),
                ("operation.kind", request { $0.operation?.kind = .compensation }),
                ("refund_id", request { $0.refundID = "re_1" }),
                ("payment_id", request { $0.paymentID = $0.refundID }),
                ("charge_id", request { $0.chargeID = "" }),
                ("merchant_id", request { $0.merchantID = "" }),
                ("amount", request { $0.amount = nil }),
                ("amount", request { $0.amount?.minorUnits = 0 }),
                ("amount.currency", request { $0.amount?.currency = "ZZZ" }),
                ("settlement", request { $0.settlement?.minorUnits = -1 }),
                ("settlement.currency", request { $0.settlement?.currency = "" }),
                ("reason", request { $0.reason = "because" }),
                ("metadata[0].key", request { $0.metadata[0].key = "[" }),
            ]
            for (field, request) in cases {
                let error = await refusal { () throws(RPCError) in
                    try await world.orchestrator.open(request)
                }
                #expect(error?.code == .invalidArgument, "\(field)")
                #expect(error?.violations.map(\.field) == [field])
            }
            let unopened = await refusal { () throws(RPCError) in
                try await world.submit(RefundSaga())
            }
            #expect(unopened?.code == .notFound)
            let malformed = await refusal { () throws(RPCError) in try await world.get("re_") }
            #expect(malformed?.violations.map(\.field) == ["refund_id"])
            let missing = await refusal { () throws(RPCError) in
                try await world.get(RefundSaga().refundID)
            }
            #expect(missing?.reason == .resourceMissing)
            let rows = try await world.rows()
            #expect(rows == 0)
        }
    }

    @Test("Lists by payment and merchant, page by page, newest first")
    func lists() async throws {
        try await RefundWorld.run { world in
            var sagas: [RefundSaga] = []
            for _ in 0..<3 {
                let saga = RefundSaga()
                _ = try await world.orchestrator.open(saga.opening())
                sagas.append(saga)
            }
            let first = try await world.client.listRefunds(
                RefundV1.ListRefundsRequest(
                    page: CommonV1.PageRequest(limit: 2), merchantID: "acme"))
            #expect(first.refunds.map(\.id) == sagas.reversed().prefix(2).map(\.refundID))
            let rest = try await world.client.listRefunds(
                RefundV1.ListRefundsRequest(
                    page: CommonV1.PageRequest(cursor: first.page?.nextCursor ?? ""),
                    merchantID: "acme"))
            #expect(rest.refunds.map(\.id) == [sagas[0].refundID])
            #expect(rest.page?.nextCursor == "")
            let ofOne = try await world.client.listRefunds(
                RefundV1.ListRefundsRequest(paymentID: sagas[1].paymentID))
            #expect(ofOne.refunds.map(\.id) == [sagas[1].refundID])
            _ = try await world.fail(sagas[1])
            let failed = try await world.client.listRefunds(
                RefundV1.ListRefundsRequest(
                    page: CommonV1.PageRequest(limit: 1), merchantID: "acme", onlyFailed: true))
            #expect(failed.refunds.map(\.id) == [sagas[1].refundID])
            #expect(failed.page?.nextCursor == "")
        }
    }
}
