import Messages
import RPC
import Stubs
import Testing

/// What must hold for one payment once its sagas have ended. `docs/invariants.md` numbers them.
struct Invariants {
    let system: RunningSystem

    /// Records an issue for each invariant that a payment breaks; `context` tells after what.
    func check(_ paymentID: String, after context: String) async throws {
        let payment = try await self.system.payment(paymentID)
        let postings = try await self.system.postings(of: paymentID)
        let effects = try await self.system.effects(of: paymentID)
        let note = Comment(rawValue: "\(context), \(paymentID), \(postings)")

        #expect(postings.isBalanced, note)  // 1
        #expect(postings.held.isEmpty || payment.status == .requiresCapture, note)
        let currency = try payment.amount.required().currency
        let captured = Self.sum(effects, .capture) + Self.sum(effects, .purchase)
        let refunded = Self.sum(effects, .refund)
        let settled = -postings.posted["acquirer/\(currency)", default: 0]
        #expect(settled == captured - refunded, note)  // 2
        #expect(payment.amountReceived == captured, note)
        #expect(payment.amountRefunded == refunded, note)
        #expect(refunded <= captured, note)  // 6
        try await self.checkSagas(of: paymentID, note)
        try await self.checkEvents(of: paymentID, note)
        self.checkAuthorizations(effects, note)
    }

    private static func sum(_ effects: [AcquirerV1.Effect], _ kind: AcquirerV1.EffectKind) -> Int64
    {
        effects.filter { $0.kind == kind && $0.status == .approved }
            .reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) }
    }

    /// 3 and 12: every saga has ended. 4 and 11: one that was compensated left nothing done.
    private func checkSagas(of paymentID: String, _ note: Comment) async throws {
        let sagas = try await self.system.admin.listSagas(.init(paymentID: paymentID)).sagas
        #expect(!sagas.isEmpty, note)
        for saga in sagas {
            #expect(saga.status == .succeeded || saga.status == .compensated, note)
            let leftOver = saga.steps.filter {
                saga.status == .compensated ? $0.status == .succeeded : $0.status == .pending
            }
            #expect(leftOver.isEmpty, note)
        }
    }

    /// 10: events count from 1 without a gap, and no state was reached twice.
    private func checkEvents(of paymentID: String, _ note: Comment) async throws {
        let events = try await self.system.payments.getPayment(.init(paymentID: paymentID)).events
        #expect(events.map(\.sequence) == (0..<events.count).map { Int64($0 + 1) }, note)
        for type in [
            "payment_intent.created", "payment_intent.succeeded", "payment_intent.canceled",
        ] {
            #expect(events.count { $0.type == type } <= 1, note)
        }
    }

    /// 5: one approved authorization for an attempt. An approved one was captured or voided.
    private func checkAuthorizations(_ effects: [AcquirerV1.Effect], _ note: Comment) {
        let approved = effects.filter { $0.kind == .authorize && $0.status == .approved }
        for authorization in approved {
            let ends = effects.filter {
                $0.parentReference == authorization.reference && $0.status == .approved
                    && ($0.kind == .capture || $0.kind == .void)
            }
            #expect(ends.count == 1, note)
        }
    }

    /// 1 for the whole ledger: each currency's debits are its credits, posted and pending.
    func checkTrialBalance() async throws {
        for line in try await self.system.ledger.trialBalance(.init()).lines {
            #expect(line.debitsPosted == line.creditsPosted, "\(line.currency)")
            #expect(line.debitsPending == line.creditsPending, "\(line.currency)")
        }
    }
}
