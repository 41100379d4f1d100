import AcquirerCore
import Identifiers
import Money
import Testing

@Suite("The sandbox's card network")
struct CardNetworkTests {
    static let now = Timestamp(microseconds: 1_000_000)
    static let later = Timestamp(microseconds: 9_000_000)

    /// A network that remembers what it did.
    struct Network {
        var effects: [Effect] = []

        mutating func perform(
            _ instruction: Instruction, _ reference: String,
            conduct: Conduct.Decision = .approve, notAfter: Timestamp = later,
            at now: Timestamp = now
        ) throws(AcquirerError) -> Effect? {
            if let known = self.effects.first(where: { $0.reference == reference }) {
                return try CardNetwork.repeated(known, by: instruction)
            }
            let history = CardNetwork.History(
                parent: self.effects.first { $0.reference == instruction.parent },
                children: self.effects.filter { $0.instruction.parent == instruction.parent })
            let effect = try CardNetwork.effect(
                of: instruction, reference: reference, history: history, conduct: conduct,
                notAfter: notAfter, now: now)
            if let effect { self.effects.append(effect) }
            return effect
        }
    }

    func usd(_ minorUnits: Int64) -> Money { Money(minorUnits, .usd) }

    func authorized(_ minorUnits: Int64 = 100) throws -> Network {
        var network = Network()
        _ = try network.perform(
            .authorize(self.usd(minorUnits), paymentMethod: "pm_card_visa"), "a")
        return network
    }

    @Test("Authorizes, captures a part and refunds it in parts")
    func wholeLife() throws {
        var network = try self.authorized()
        #expect(try network.perform(.capture(self.usd(60), of: "a"), "c")?.outcome == .approved)
        #expect(try network.perform(.refund(self.usd(20), of: "c"), "r1")?.outcome == .approved)
        #expect(throws: AcquirerError.amountTooLarge(left: self.usd(40))) {
            try network.perform(.refund(self.usd(41), of: "c"), "r2")
        }
        #expect(try network.perform(.refund(self.usd(40), of: "c"), "r2")?.outcome == .approved)
        #expect(throws: AcquirerError.amountTooLarge(left: self.usd(0))) {
            try network.perform(.refund(self.usd(1), of: "c"), "r3")
        }
    }

    @Test("A purchase is captured at once: it can be refunded, and neither captured nor voided")
    func purchase() throws {
        var network = Network()
        let purchase = Instruction.purchase(self.usd(100), paymentMethod: "pm_card_visa")
        #expect(try network.perform(purchase, "p")?.outcome == .approved)
        #expect(throws: AcquirerError.parentMissing) {
            try network.perform(.capture(self.usd(100), of: "p"), "c")
        }
        #expect(throws: AcquirerError.parentMissing) { try network.perform(.void("p"), "v") }
        #expect(throws: AcquirerError.referenceReused) {
            try network.perform(.authorize(self.usd(100), paymentMethod: "pm_card_visa"), "p")
        }
        #expect(throws: AcquirerError.amountNotPositive) {
            try network.perform(.purchase(self.usd(0), paymentMethod: "pm_card_visa"), "q")
        }
        #expect(try network.perform(.refund(self.usd(100), of: "p"), "r")?.outcome == .approved)
        #expect(throws: AcquirerError.amountTooLarge(left: self.usd(0))) {
            try network.perform(.refund(self.usd(1), of: "p"), "s")
        }
    }

    @Test("A declined purchase leaves nothing to refund")
    func declinedPurchase() throws {
        var network = Network()
        _ = try network.perform(
            .purchase(self.usd(100), paymentMethod: "pm_card_visa"), "p",
            conduct: .decline(.declined("lost_card")))
        #expect(throws: AcquirerError.parentMissing) {
            try network.perform(.refund(self.usd(1), of: "p"), "r")
        }
    }

    @Test("Does a reference once, and refuses it with other content")
    func repeats() throws {
        var network = try self.authorized()
        let again = try network.perform(
            .authorize(self.usd(100), paymentMethod: "pm_card_visa"), "a")
        #expect(again == network.effects.first)
        for other: Instruction in [
            .authorize(self.usd(99), paymentMethod: "pm_card_visa"),
            .authorize(self.usd(100), paymentMethod: "pm_card_pendingRefund"),
            .void("a"),
        ] {
            #expect(throws: AcquirerError.referenceReused) { try network.perform(other, "a") }
        }
        #expect(network.effects.count == 1)
    }

    @Test("Does nothing after the moment the caller named")
    func tooLate() {
        var network = Network()
        let authorize = Instruction.authorize(self.usd(1), paymentMethod: "pm_card_visa")
        #expect(throws: AcquirerError.tooLate) {
            try network.perform(
                authorize, "a", notAfter: Self.now,
                at: Timestamp(microseconds: Self.now.microseconds + 1))
        }
        #expect(throws: Never.self) { try network.perform(authorize, "a", notAfter: Self.now) }
    }

    @Test(
        "Refuses amounts that do not hold",
        arguments: [
            (Money(0, .usd), AcquirerError.amountNotPositive),
            (Money(-1, .usd), .amountNotPositive),
            (Money(101, .usd), .amountTooLarge(left: Money(100, .usd))),
            (Money(100, .eur), .currencyMismatch(expected: .usd)),
        ])
    func amounts(amount: Money, error: AcquirerError) throws {
        var network = try self.authorized()
        #expect(throws: error) { try network.perform(.capture(amount, of: "a"), "c") }
    }

    @Test("Knows no parent of another kind, and none that was declined")
    func parents() throws {
        var network = try self.authorized()
        #expect(throws: AcquirerError.parentMissing) { try network.perform(.void("x"), "v") }
        #expect(throws: AcquirerError.parentMissing) {
            try network.perform(.refund(self.usd(1), of: "a"), "r")
        }
        _ = try network.perform(
            .authorize(self.usd(5), paymentMethod: "pm_card_visa"), "d",
            conduct: .decline(.declined("lost_card")))
        #expect(throws: AcquirerError.authorizationNotOpen) {
            try network.perform(.capture(self.usd(5), of: "d"), "c")
        }
    }

    @Test("A pending refund claims its amount until it fails")
    func pendingRefund() throws {
        var network = try self.authorized()
        _ = try network.perform(.capture(self.usd(100), of: "a"), "c")
        let pending = try #require(
            try network.perform(
                .refund(self.usd(80), of: "c"), "r1",
                conduct: .pend(.seconds(2), failing: .refundFailed)))
        #expect(pending.status(at: Self.now) == .pending)
        #expect(throws: AcquirerError.amountTooLarge(left: self.usd(20))) {
            try network.perform(.refund(self.usd(100), of: "c"), "r2")
        }
        let end = Timestamp(microseconds: Self.now.microseconds + 2_000_000)
        #expect(pending.status(at: end) == .failed(.refundFailed))
        #expect(
            try network.perform(.refund(self.usd(100), of: "c"), "r2", at: end)?.outcome
                == .approved)
    }

    /// Lives every sequence of five operations, each tried with the whole and with a part.
    @Test(
        "Never takes more than was authorized, gives back more than was taken, or both voids and captures"
    )
    func allHistories() throws {
        let steps: [(Instruction, String)] = [
            (.capture(self.usd(2), of: "a"), "c1"), (.capture(self.usd(3), of: "a"), "c2"),
            (.void("a"), "v1"), (.refund(self.usd(1), of: "c1"), "r1"),
            (.refund(self.usd(2), of: "c1"), "r2"), (.refund(self.usd(3), of: "c2"), "r3"),
        ]
        for history in sequences(of: Array(steps.indices), length: 5) {
            var network = try self.authorized(3)
            for index in history {
                let (instruction, reference) = steps[index]
                let before = network.effects
                do {
                    _ = try network.perform(instruction, reference)
                } catch {
                    #expect(network.effects == before, "a refusal leaves no trace: \(history)")
                }
            }
            func total(_ kind: Effect.Kind) -> Int64 {
                network.effects.filter { $0.kind == kind }.map(\.amount.minorUnits).reduce(0, +)
            }
            let kinds = Set(network.effects.map(\.kind))
            #expect(total(.capture) <= 3, "\(history)")
            #expect(total(.refund) <= total(.capture), "\(history)")
            #expect(!(kinds.contains(.capture) && kinds.contains(.void)), "\(history)")
        }
    }
}

@Suite("Test payment methods and scripts")
struct ConductTests {
    @Test("Each payment method does what its name says")
    func methods() {
        func authorize(_ name: String) -> Conduct? {
            TestPaymentMethod(named: name)?.conduct(for: .authorize, pendingRefund: .seconds(2))
        }
        #expect(authorize("pm_card_visa") == .approve)
        #expect(authorize("pm_card_amex") == .approve)
        #expect(
            authorize("pm_card_visa_chargeDeclinedVelocityLimitExceeded")?.decision
                == .decline(.declined("card_velocity_exceeded")))
        #expect(
            authorize("pm_card_visa_chargeDeclinedInsufficientFunds")?.decision
                == .decline(
                    Refusal(
                        code: "card_declined", declineCode: "insufficient_funds",
                        message: "Your card has insufficient funds.")))
        #expect(
            authorize("pm_card_authenticationRequired")?.decision
                == .requireAction(.authenticationRequired))
        #expect(authorize("pm_card_neverAnswers") == Conduct(.approve, delivery: .never))
        #expect(authorize("pm_card_requestLost") == Conduct(.ignore, delivery: .never))
        #expect(
            authorize("pm_card_answersLate") == Conduct(.approve, delivery: .late(by: .seconds(8))))
        #expect(authorize("pm_card_unheardOf") == nil)
        #expect(
            TestPaymentMethod.refundFails.conduct(for: .refund, pendingRefund: .seconds(2))
                .decision == .pend(.seconds(2), failing: .refundFailed))
        for method in TestPaymentMethod.allCases {
            #expect(method.conduct(for: .capture, pendingRefund: .zero) == .approve)
            #expect(method.conduct(for: .void, pendingRefund: .zero) == .approve)
        }
    }

    func script(
        kind: Effect.Kind? = nil, prefix: String = "", method: String = "",
        behavior: Script.Behavior = .lose, delay: Duration = .zero, remaining: Int64 = 1
    ) throws(ScriptError) -> Script {
        try Script(
            id: ScriptID(uuid: UUID128(high: 0, low: 1)), kind: kind, referencePrefix: prefix,
            paymentMethod: method, behavior: behavior, delay: delay, remaining: remaining,
            declineCode: "")
    }

    @Test("A script fits by kind, reference and payment method, and is used up")
    func fits() throws {
        var script = try self.script(kind: .capture, prefix: "pi_1/", method: "pm_x", remaining: 2)
        #expect(script.fits(.capture, reference: "pi_1/s", paymentMethod: "pm_x"))
        #expect(!script.fits(.refund, reference: "pi_1/s", paymentMethod: "pm_x"))
        #expect(!script.fits(.capture, reference: "pi_2/s", paymentMethod: "pm_x"))
        #expect(!script.fits(.capture, reference: "pi_1/s", paymentMethod: "pm_y"))
        #expect(try self.script().fits(.void, reference: "any", paymentMethod: ""))
        let (first, second) = (script.use(), script.use())
        #expect(first && !second)
    }

    @Test("A script that makes no sense is refused")
    func refused() {
        #expect(throws: ScriptError.remainingNotPositive) { try self.script(remaining: 0) }
        #expect(throws: ScriptError.delayOutOfRange) { try self.script(delay: .seconds(601)) }
        #expect(throws: ScriptError.delayOutOfRange) { try self.script(delay: .seconds(-1)) }
        #expect(throws: ScriptError.behaviorForRefundsOnly) {
            try self.script(kind: .capture, behavior: .pending)
        }
        #expect(throws: ScriptError.behaviorForRefundsOnly) {
            try self.script(behavior: .pendingThenFail)
        }
        #expect(throws: ScriptError.textTooLong) {
            try self.script(prefix: String(repeating: "p", count: 256))
        }
    }
}
