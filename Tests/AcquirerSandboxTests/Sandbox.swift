import AcquirerSandbox
import Identifiers
import Messages
import RPC
import Stubs
import TLS
import TestKit

/// A running sandbox, its callers, and the clock it goes by.
struct Sandbox: Sendable {
    let payment: AcquirerServiceClient
    let refund: AcquirerServiceClient
    let operators: AcquirerServiceClient
    let clock: ManualClock
    let database: EphemeralDatabase

    static func run(_ body: @escaping @Sendable (Sandbox) async throws -> Void) async throws {
        let clock = ManualClock()
        try await withService(AcquirerProcess.self, clock: clock) { service in
            try await body(
                Sandbox(
                    payment: AcquirerServiceClient(try service.channel(as: .payment)),
                    refund: AcquirerServiceClient(try service.channel(as: .refund)),
                    operators: AcquirerServiceClient(try service.channel(as: .operator)),
                    clock: clock, database: service.database))
        }
    }

    var soon: Int64 { (self.clock.now() + .seconds(30)).microseconds }

    func authorize(
        _ reference: String, _ minorUnits: Int64 = 100_00, currency: String = "USD",
        method: String = "pm_card_visa", notAfterUs: Int64? = nil,
        timeout: Duration = .seconds(10)
    ) async throws(RPCError) -> AcquirerV1.Effect? {
        try await self.payment.authorize(
            AcquirerV1.AuthorizeRequest(
                reference: reference,
                amount: CommonV1.Money(minorUnits: minorUnits, currency: currency),
                paymentMethod: method, notAfterUs: notAfterUs ?? self.soon),
            options: CallOptions(timeout: timeout)
        ).effect
    }

    func purchase(
        _ reference: String, method: String = "pm_card_visa"
    ) async throws(RPCError) -> AcquirerV1.Effect? {
        try await self.payment.purchase(
            AcquirerV1.PurchaseRequest(
                reference: reference, amount: CommonV1.Money(minorUnits: 100_00, currency: "USD"),
                paymentMethod: method, notAfterUs: self.soon)
        ).effect
    }

    func capture(
        _ reference: String, of authorization: String, _ minorUnits: Int64 = 100_00
    ) async throws(RPCError) -> AcquirerV1.Effect? {
        try await self.payment.capture(
            AcquirerV1.CaptureRequest(
                reference: reference, authorizationReference: authorization,
                amount: CommonV1.Money(minorUnits: minorUnits, currency: "USD"),
                notAfterUs: self.soon)
        ).effect
    }

    func refund(
        _ reference: String, of capture: String, _ minorUnits: Int64
    ) async throws(RPCError) -> AcquirerV1.Effect? {
        try await self.refund.refund(
            AcquirerV1.RefundRequest(
                reference: reference, captureReference: capture,
                amount: CommonV1.Money(minorUnits: minorUnits, currency: "USD"),
                notAfterUs: self.soon)
        ).effect
    }

    func operation(_ reference: String) async throws(RPCError) -> AcquirerV1.Effect? {
        try await self.operators.getOperation(
            AcquirerV1.GetOperationRequest(reference: reference)
        ).effect
    }

    func effects(prefix: String = "") async throws(RPCError) -> [AcquirerV1.Effect] {
        try await self.operators.listEffects(
            AcquirerV1.ListEffectsRequest(
                page: CommonV1.PageRequest(limit: 100), referencePrefix: prefix)
        ).effects
    }

    func script(
        _ behavior: AcquirerV1.Behavior, kind: AcquirerV1.EffectKind = .unspecified,
        prefix: String = "", delayMs: Int64 = 0, remaining: Int64 = 1, declineCode: String = ""
    ) async throws(RPCError) {
        _ = try await self.operators.addScript(
            AcquirerV1.AddScriptRequest(
                script: AcquirerV1.Script(
                    kind: kind, referencePrefix: prefix, behavior: behavior, delayMs: delayMs,
                    remaining: remaining, declineCode: declineCode)))
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
