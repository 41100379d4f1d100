import Foundation
import Messages
import Money
import RPC
import Stubs
import TestKit

/// The messages have a type of the same name.
private typealias Amount = Money

/// A payment to make: what the tests say in a line.
struct Order {
    var amount: String
    var method = "pm_card_visa"
    var capture = PaymentV1.CaptureMethod.automatic
    var settlement = ""
    var quoteID = ""
    var merchant = "m-" + UUID().uuidString.lowercased()
}

extension CommonV1.Money {
    /// "100.00 USD"
    init(_ text: String) throws {
        let money = try Amount(parsing: text)
        self.init(minorUnits: money.minorUnits, currency: money.currency.code)
    }
}

extension RunningSystem {
    static func key() -> String { UUID().uuidString }

    func create(_ order: Order) async throws -> PaymentV1.Payment {
        try await self.payments.createPayment(
            .init(
                idempotencyKey: Self.key(), merchantID: order.merchant, amount: .init(order.amount),
                captureMethod: order.capture, paymentMethod: order.method,
                settlementCurrency: order.settlement, quoteID: order.quoteID)
        ).payment.required()
    }

    /// Processes a payment and waits for its saga's end, however long a crash delays it.
    @discardableResult
    func process(_ paymentID: String) async throws -> SagaV1.Saga {
        let key = Self.key()
        return try await self.finish(on: paymentID, kind: "process_payment") {
            try await self.orchestrator.processPayment(
                .init(idempotencyKey: key, paymentID: paymentID), options: .patient
            ).saga
        }
    }

    @discardableResult
    func capture(_ paymentID: String, _ amount: String? = nil) async throws -> SagaV1.Saga {
        let key = Self.key()
        let amount = try amount.map { try CommonV1.Money($0) }
        return try await self.finish(on: paymentID, kind: "capture_payment") {
            try await self.orchestrator.capturePayment(
                .init(idempotencyKey: key, paymentID: paymentID, amount: amount), options: .patient
            ).saga
        }
    }

    @discardableResult
    func cancel(_ paymentID: String) async throws -> SagaV1.Saga {
        let key = Self.key()
        return try await self.finish(on: paymentID, kind: "cancel_payment") {
            try await self.orchestrator.cancelPayment(
                .init(idempotencyKey: key, paymentID: paymentID, reason: "requested_by_customer"),
                options: .patient
            ).saga
        }
    }

    @discardableResult
    func refund(
        _ paymentID: String, _ amount: String? = nil, rate: SagaV1.RefundRate = .original
    ) async throws -> SagaV1.Saga {
        let key = Self.key()
        let amount = try amount.map { try CommonV1.Money($0) }
        return try await self.finish(on: paymentID, kind: "refund_payment") {
            try await self.orchestrator.refundPayment(
                .init(idempotencyKey: key, paymentID: paymentID, amount: amount, rate: rate),
                options: .patient
            ).saga
        }
    }

    func payment(_ id: String) async throws -> PaymentV1.Payment {
        try await self.payments.getPayment(.init(paymentID: id)).payment.required()
    }

    /// Repeats a call while a service is on its way back.
    func eventually<Value>(_ call: () async throws -> Value) async throws -> Value {
        var result: Result<Value, RPCError>?
        _ = try await TestKit.eventually(within: .seconds(30)) {
            do {
                result = .success(try await call())
                return true
            } catch let error as RPCError where Self.mayPass(error) {
                result = .failure(error)
                return false
            }
        }
        return try result.required().get()
    }

    private static func mayPass(_ error: RPCError) -> Bool {
        [.unavailable, .deadlineExceeded, .cancelled].contains(error.code)
    }

    /// Repeats a call under its key until its saga has ended: what a careful caller does.
    private func finish(
        on paymentID: String, kind: String, _ call: () async throws -> SagaV1.Saga?
    ) async throws -> SagaV1.Saga {
        var ended: SagaV1.Saga?
        _ = try await TestKit.eventually(within: .seconds(90)) {
            do {
                let saga = try await call().required()
                if saga.status != .running, saga.status != .compensating { ended = saga }
            } catch let error as RPCError where Self.mayPass(error) {}
            return ended != nil
        }
        guard let ended else { throw StillRunning(kind: kind) }
        return ended
    }
}

struct StillRunning: Error {
    let kind: String
}

extension CallOptions {
    static var patient: CallOptions { CallOptions(timeout: .seconds(20)) }
}

extension Optional {
    /// The value, or an error: no test goes on without what it asked for.
    func required() throws -> Wrapped {
        guard let self else { throw Missing(type: "\(Wrapped.self)") }
        return self
    }
}

struct Missing: Error {
    let type: String
}
