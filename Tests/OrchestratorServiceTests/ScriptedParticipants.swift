import Logging
import Messages
import NIOCore
import NIOPosix
import RPC
import Stubs
import Synchronization
import TLS
import TestKit
import Wire

/// Stands in for the four participants and the acquirer, each on a TLS socket of its own: answers as a payment that
/// goes well would be answered, unless told otherwise, and remembers what it was asked.
final class ScriptedParticipants: Sendable {
    typealias Answer = @Sendable ([UInt8]) throws -> [UInt8]

    private struct State {
        var calls: [String] = []
        var usual: [String: Answer] = [:]
        var scripts: [String: [Answer]] = [:]
        var requests: [String: [[UInt8]]] = [:]
    }

    private let state = Mutex(State())
    private let servers: [Role: RPCServer]
    private let addresses: Mutex<[Role: String]> = Mutex([:])

    private init(_ servers: (ScriptedParticipants.Handler) throws -> [Role: RPCServer]) rethrows {
        let handler = Handler()
        self.servers = try servers(handler)
        handler.participants.withLock { $0 = self }
    }

    /// Lends participants that listen.
    static func with<Result: Sendable>(
        _ body: (ScriptedParticipants) async throws -> Result
    ) async throws -> Result {
        let participants = try ScriptedParticipants { handler in
            [
                .payment: try server(.payment, PaymentServiceMethods.all, handler),
                .refund: try server(.refund, RefundServiceMethods.all, handler),
                .fx: try server(.fx, FXServiceMethods.all, handler),
                .ledger: try server(.ledger, LedgerServiceMethods.all, handler),
                .acquirer: try server(.acquirer, AcquirerServiceMethods.all, handler),
            ]
        }
        for (role, server) in participants.servers {
            let port = try await server.start().port ?? 0
            participants.addresses.withLock { $0[role] = "127.0.0.1:\(port)" }
        }
        do {
            let result = try await body(participants)
            await participants.stop()
            return result
        } catch {
            await participants.stop()
            throw error
        }
    }

    /// Where they listen.
    var peers: [Role: String] { addresses.withLock { $0 } }

    /// What steps asked of them: "BeginAttempt", "undo begin: Fail".
    var calls: [String] {
        let others: Set = ["GetPayment", "ListPayments", "CreateAccounts", "LookupTransfers"]
        return state.withLock { $0.calls.filter { !others.contains($0) } }
    }

    /// Every call of that method, oldest first.
    func requests<Request: Message>(_ method: String, as type: Request.Type) throws -> [Request] {
        try state.withLock { $0.requests[method] ?? [] }.map { try Request(decoding: $0) }
    }

    /// What a method answers from now on.
    func answer(_ method: String, with message: any Message) {
        let bytes = message.encoded()
        state.withLock { $0.usual[method] = { _ in bytes } }
    }

    /// What a method answers next, before it goes on as usual.
    func answerOnce(_ method: String, with message: any Message) {
        let bytes = message.encoded()
        state.withLock { $0.scripts[method, default: []].append { _ in bytes } }
    }

    func failOnce(_ method: String, with error: RPCError) {
        state.withLock { $0.scripts[method, default: []].append { _ in throw error } }
    }

    /// A method fails from now on, until ``recover(_:)``.
    func fail(_ method: String, with error: RPCError) {
        state.withLock { $0.usual[method] = { _ in throw error } }
    }

    func recover(_ method: String) {
        state.withLock { $0.usual[method] = nil }
    }

    private func stop() async {
        for server in servers.values { await server.shutdown() }
    }

    /// Answers for whichever participants it was given.
    final class Handler: Sendable {
        let participants = Mutex<ScriptedParticipants?>(nil)

        func handle(_ method: String, _ request: [UInt8]) throws -> [UInt8] {
            guard let participants = participants.withLock({ $0 }) else {
                throw RPCError.unavailable("not ready")
            }
            return try participants.handle(method, request)
        }
    }

    private func handle(_ method: String, _ request: [UInt8]) throws -> [UInt8] {
        let answer = state.withLock { state -> Answer? in
            state.calls.append(method.named(for: request))
            state.requests[method, default: []].append(request)
            if state.scripts[method]?.isEmpty == false {
                return state.scripts[method]?.removeFirst()
            }
            return state.usual[method] ?? usualAnswers[method]
        }
        guard let answer else { throw RPCError.internal("no answer for \(method)") }
        return try answer(request)
    }

    private static func server(
        _ role: Role, _ methods: [MethodDescriptor], _ handler: Handler
    ) throws -> RPCServer {
        RPCServer(
            methods: methods.map { method in
                RPCMethod(descriptor: method) { request, _ in
                    try handler.handle("\(role == .refund ? "refund." : "")\(method.name)", request)
                }
            },
            tls: try TestCertificates.server(role), group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

extension String {
    /// The call as the log shows it: a compensation with the step it undoes.
    fileprivate func named(for request: [UInt8]) -> String {
        let operations = [
            try? PaymentV1.VoidRequest(decoding: request).operation,
            try? LedgerV1.CreateTransfersRequest(decoding: request).operation,
        ]
        for case let operation?? in operations where operation.kind == .compensation {
            return "undo \(operation.step): \(self)"
        }
        return self
    }
}

/// A payment of 100.00 USD that goes well.
private let usualAnswers: [String: ScriptedParticipants.Answer] = [
    "GetPayment": { _ in PaymentV1.GetPaymentResponse(payment: .dollars).encoded() },
    "BeginAttempt": { _ in PaymentV1.BeginAttemptResponse(payment: .dollars).encoded() },
    "Authorize": { _ in PaymentV1.AuthorizeResponse(outcome: .approved).encoded() },
    "Purchase": { _ in
        var payment = PaymentV1.Payment.dollars
        payment.status = .succeeded
        return PaymentV1.PurchaseResponse(outcome: .approved, payment: payment).encoded()
    },
    "Capture": { _ in
        var payment = PaymentV1.Payment.dollars
        payment.status = .succeeded
        return PaymentV1.CaptureResponse(outcome: .approved, payment: payment).encoded()
    },
    "Void": { _ in PaymentV1.VoidResponse(outcome: .approved).encoded() },
    "Hold": { _ in
        var payment = PaymentV1.Payment.dollars
        payment.status = .requiresCapture
        return PaymentV1.HoldResponse(payment: payment).encoded()
    },
    "Cancel": { _ in
        var payment = PaymentV1.Payment.dollars
        payment.status = .canceled
        return PaymentV1.CancelResponse(payment: payment).encoded()
    },
    "SettleAttempt": { _ in
        PaymentV1.SettleAttemptResponse(checkedByQuery: true).encoded()
    },
    "LookupTransfers": { _ in LedgerV1.LookupTransfersResponse().encoded() },
    "Fail": { _ in PaymentV1.FailResponse().encoded() },
    "ReserveRefund": { _ in
        PaymentV1.ReserveRefundResponse(
            chargeID: "ch_1", merchantID: "acme", amount: .init(minorUnits: 1_000, currency: "USD"),
            settlementShare: .init(minorUnits: 1_000, currency: "USD"), captureReference: "capture"
        ).encoded()
    },
    "ReleaseRefund": { _ in PaymentV1.ReleaseRefundResponse().encoded() },
    "ApplyRefund": { _ in PaymentV1.ApplyRefundResponse().encoded() },
    "ListPayments": { _ in PaymentV1.ListPaymentsResponse().encoded() },
    "LockQuote": { _ in FXV1.LockQuoteResponse(quote: .dollarsToEuros).encoded() },
    "ConsumeQuote": { _ in FXV1.ConsumeQuoteResponse().encoded() },
    "ReleaseQuote": { _ in FXV1.ReleaseQuoteResponse().encoded() },
    "CreateAccounts": { request in
        let accounts = try LedgerV1.CreateAccountsRequest(decoding: request).accounts
        return LedgerV1.CreateAccountsResponse(results: accounts.map { _ in .created }).encoded()
    },
    "CreateTransfers": { request in
        let transfers = try LedgerV1.CreateTransfersRequest(decoding: request).transfers
        return LedgerV1.CreateTransfersResponse(results: transfers.map { _ in .created }).encoded()
    },
    "refund.Open": { _ in RefundV1.OpenResponse().encoded() },
    "refund.Submit": { _ in RefundV1.SubmitResponse(outcome: .accepted).encoded() },
    "refund.Complete": { _ in
        RefundV1.CompleteResponse(refund: RefundV1.Refund(status: .succeeded)).encoded()
    },
    "refund.Fail": { _ in RefundV1.FailResponse().encoded() },
    "refund.GetRefund": { _ in
        RefundV1.GetRefundResponse(refund: RefundV1.Refund(status: .failed)).encoded()
    },
]

extension PaymentV1.Payment {
    static let paymentID = "pi_01kbe00000e0080000000000g0"

    static let dollars = PaymentV1.Payment(
        id: paymentID, merchantID: "acme", amount: .init(minorUnits: 10_000, currency: "USD"),
        status: .requiresConfirmation, captureMethod: .automatic, paymentMethod: "pm_card_visa")

    /// The same, paid to the merchant in euros.
    static var dollarsForEuros: PaymentV1.Payment {
        var payment = dollars
        payment.settlementCurrency = "EUR"
        return payment
    }
}

extension FXV1.Quote {
    static let dollarsToEuros = FXV1.Quote(
        id: "qt_1", from: .init(minorUnits: 10_000, currency: "USD"),
        gross: .init(minorUnits: 9_219, currency: "EUR"),
        spread: .init(minorUnits: 46, currency: "EUR"),
        to: .init(minorUnits: 9_173, currency: "EUR"), fromFactor: "1.0847", toFactor: "1",
        spreadBasisPoints: 50)
}
