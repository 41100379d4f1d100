import Identifiers
import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("The payment service for merchants, over RPC", .timeLimit(.minutes(5)))
struct PaymentAPITests {
    @Test("Creates a payment once for a key of a merchant")
    func idempotency() async throws {
        try await PaymentWorld.run { world in
            let first = try await world.create()
            #expect(first.status == .requiresConfirmation)
            #expect(first.amount == CommonV1.Money(minorUnits: 100_00, currency: "USD"))
            let ids = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await world.create(key: "many").id } }
                return try await tasks.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await world.create().id == first.id)
            let other = await refusal { () throws(RPCError) in
                try await world.create(99_00)
            }
            #expect(other?.code == .alreadyExists)
            #expect(other?.reason == .idempotencyError)
            #expect(try await world.create(merchant: "globex").id != first.id)
            let got = try await world.get(first.id)
            #expect(got.payment == first)
            #expect(got.events.map(\.type) == ["payment_intent.created"])
        }
    }

    static func request(
        _ change: (inout PaymentV1.CreatePaymentRequest) -> Void
    ) -> PaymentV1.CreatePaymentRequest {
        var request = PaymentV1.CreatePaymentRequest(
            idempotencyKey: "key", merchantID: "acme",
            amount: CommonV1.Money(minorUnits: 100_00, currency: "USD"),
            paymentMethod: "pm_card_visa")
        change(&request)
        return request
    }

    static let badRequests: [(String, ErrorReason, PaymentV1.CreatePaymentRequest)] = [
        ("idempotency_key", .invalidArgument, request { $0.idempotencyKey = "" }),
        (
            "idempotency_key", .invalidArgument,
            request { $0.idempotencyKey = String(repeating: "k", count: 256) }
        ),
        ("merchant_id", .invalidArgument, request { $0.merchantID = "" }),
        ("merchant_id", .invalidArgument, request { $0.merchantID = "a b" }),
        ("amount", .invalidArgument, request { $0.amount = nil }),
        ("amount", .invalidArgument, request { $0.amount?.minorUnits = 0 }),
        ("amount", .invalidArgument, request { $0.amount?.minorUnits = -1 }),
        ("amount", .amountTooSmall, request { $0.amount?.minorUnits = 49 }),
        ("amount", .amountTooLarge, request { $0.amount?.minorUnits = .max }),
        (
            "amount", .invalidArgument,
            request { $0.amount = CommonV1.Money(minorUnits: 1_005, currency: "KWD") }
        ),
        ("amount.currency", .invalidArgument, request { $0.amount?.currency = "" }),
        ("amount.currency", .invalidArgument, request { $0.amount?.currency = "ZZZ" }),
        ("amount.currency", .invalidArgument, request { $0.amount?.currency = "US\0" }),
        (
            "capture_method", .invalidArgument,
            request { $0.captureMethod = PaymentV1.CaptureMethod(rawValue: 99) }
        ),
        ("payment_method", .invalidArgument, request { $0.paymentMethod = "pm_unheardOf" }),
        ("payment_method", .invalidArgument, request { $0.paymentMethod = "4242424242424242" }),
        ("settlement_currency", .invalidArgument, request { $0.settlementCurrency = "EURO" }),
        ("quote_id", .invalidArgument, request { $0.quoteID = "qt_short" }),
        (
            "settlement_currency", .invalidArgument,
            request { $0.quoteID = "\(SystemIdentifierSource().next(QuoteKind.self))" }
        ),
        (
            "description", .invalidArgument,
            request { $0.description = String(repeating: "d", count: 1_001) }
        ),
        ("description", .invalidArgument, request { $0.description = "\0" }),
        (
            "metadata", .invalidArgument,
            request { request in
                request.metadata = (0...50).map { CommonV1.KeyValue(key: "k\($0)", value: "") }
            }
        ),
        (
            "metadata[0].key", .invalidArgument,
            request { $0.metadata = [CommonV1.KeyValue(key: "a[b]", value: "")] }
        ),
    ]

    @Test("Refuses what does not hold, names the field, and leaves no row")
    func badInput() async throws {
        try await PaymentWorld.run { world in
            for (field, reason, request) in Self.badRequests {
                let error = await refusal { () throws(RPCError) in
                    try await world.client.createPayment(request)
                }
                #expect(error?.code == .invalidArgument, "\(field)")
                #expect(error?.violations.map(\.field) == [field])
                #expect(error?.reason == reason, "\(field)")
            }
            let rows = try await world.rows()
            #expect(rows == 0)
        }
    }

    @Test(
        "Refuses ids that are none",
        arguments: ["", "pi_", "ch_01jd3v5k8r9t0w2x4y6z8a1b3c", "pi_UPPER", "pi_\0"])
    func badIDs(id: String) async throws {
        try await PaymentWorld.run { world in
            let error = await refusal { () throws(RPCError) in try await world.get(id) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.violations.map(\.field) == ["payment_id"])
            let unknown = SystemIdentifierSource().next(PaymentKind.self).description
            let missing = await refusal { () throws(RPCError) in try await world.get(unknown) }
            #expect(missing?.code == .notFound)
            #expect(missing?.reason == .resourceMissing)
            let rows = try await world.rows()
            #expect(rows == 0)
        }
    }

    @Test("Lists by merchant and status, page by page, newest first")
    func lists() async throws {
        try await PaymentWorld.run { world in
            var ids: [String] = []
            for number in 0..<5 { ids.append(try await world.create(key: "k\(number)").id) }
            _ = try await world.create(merchant: "globex", method: "")
            var seen: [String] = []
            var cursor = ""
            repeat {
                let response = try await world.client.listPayments(
                    PaymentV1.ListPaymentsRequest(
                        page: CommonV1.PageRequest(limit: 2, cursor: cursor),
                        merchantID: "acme"))
                seen += response.payments.map(\.id)
                cursor = response.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            #expect(seen == ids.reversed())
            let open = try await world.client.listPayments(
                PaymentV1.ListPaymentsRequest(status: .requiresPaymentMethod))
            #expect(open.payments.map(\.merchantID) == ["globex"])
            let bad: [(String, PaymentV1.ListPaymentsRequest)] = [
                ("page.limit", .init(page: CommonV1.PageRequest(limit: 101))),
                ("page.limit", .init(page: CommonV1.PageRequest(limit: -1))),
                ("page.cursor", .init(page: CommonV1.PageRequest(cursor: "re_1"))),
                ("merchant_id", .init(merchantID: "a/b")),
                ("status", .init(status: PaymentV1.PaymentStatus(rawValue: 77))),
                ("capture_due_before_us", .init(captureDueBeforeUs: -1)),
                ("conditions[0].field", .init(conditions: [.init()])),
                (
                    "conditions[1].comparison",
                    .init(conditions: [
                        .init(field: .amount, comparison: .above),
                        .init(field: .status, comparison: .above),
                    ])
                ),
                (
                    "conditions[0].number",
                    .init(conditions: [
                        .init(field: .created, comparison: .equal, number: .max)
                    ])
                ),
                (
                    "conditions",
                    .init(
                        conditions: Array(
                            repeating: .init(field: .amount, comparison: .equal), count: 11))
                ),
            ]
            for (field, request) in bad {
                let error = await refusal { () throws(RPCError) in
                    try await world.client.listPayments(request)
                }
                #expect(error?.violations.map(\.field) == [field])
            }
        }
    }

    @Test("Finds the payments whose capture is due")
    func captureDue() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            let due = try await world.get(id).payment?.captureBeforeUs ?? 0
            #expect(due == world.clock.now().microseconds + 7 * 86_400 * 1_000_000)
            for (moment, expected) in [(due - 1, []), (due, [id])] {
                let found = try await world.client.listPayments(
                    PaymentV1.ListPaymentsRequest(captureDueBeforeUs: moment))
                #expect(found.payments.map(\.id) == expected)
            }
        }
    }

    @Test("Changes what is named, as long as that may change")
    func updates() async throws {
        try await PaymentWorld.run { world in
            let payment = try await world.create(method: "")
            let ready = try await world.client.updatePayment(
                PaymentV1.UpdatePaymentRequest(
                    paymentID: payment.id, fields: ["payment_method", "amount"],
                    amount: CommonV1.Money(minorUnits: 75_00, currency: "EUR"),
                    paymentMethod: "pm_card_visa", description: "ignored"))
            #expect(ready.payment?.status == .requiresConfirmation)
            #expect(ready.payment?.amount?.currency == "EUR")
            #expect(ready.payment?.description == "")
            _ = try await world.begin(TestSaga(), payment.id)
            let busy = await refusal { () throws(RPCError) in
                try await world.client.updatePayment(
                    PaymentV1.UpdatePaymentRequest(
                        paymentID: payment.id, fields: ["payment_method"]))
            }
            #expect(busy?.reason == .paymentBusy)
            let noted = try await world.client.updatePayment(
                PaymentV1.UpdatePaymentRequest(
                    paymentID: payment.id, fields: ["metadata"],
                    metadata: [CommonV1.KeyValue(key: "order", value: "7")]))
            #expect(noted.payment?.metadata.map(\.value) == ["7"])
            let unknown = await refusal { () throws(RPCError) in
                try await world.client.updatePayment(
                    PaymentV1.UpdatePaymentRequest(paymentID: payment.id, fields: ["status"]))
            }
            #expect(unknown?.violations.map(\.field) == ["fields"])
        }
    }

    @Test("Nobody but the orchestrator may move a payment")
    func roles() async throws {
        try await PaymentWorld.run { world in
            let payment = try await world.create()
            let denied = await refusal { () throws(RPCError) in
                try await world.client.authorize(
                    PaymentV1.AuthorizeRequest(
                        operation: TestSaga().action("authorize"), paymentID: payment.id))
            }
            #expect(denied?.code == .permissionDenied)
        }
    }
}
