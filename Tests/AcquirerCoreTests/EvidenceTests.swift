import AcquirerCore
import Identifiers
import Testing

@Suite("Evidence about an attempt in doubt")
struct EvidenceTests {
    static let notAfter = Timestamp(microseconds: 30_000_000)
    static let margin: Duration = .seconds(2)
    static let refusal = Refusal(code: "card_declined", message: "no")

    static let everyEvidence: [AcquirerEvidence] = [.approved, .declined(refusal), .absent]
    static let everyAnswer: [AcquirerAttempt.Answer] = [
        .decided(.approved), .decided(.declined(refusal)), .decided(.requiresAction(refusal)),
        .decided(.absent), .pending, .unknownReference(askedAt: at(10)),
        .unknownReference(askedAt: at(40)), .nothing,
    ]
    static let everyState: [AcquirerAttempt.State] = [
        .recorded, .inDoubt, .pending, .settled(.approved), .settled(.declined(refusal)),
        .settled(.absent),
    ]

    static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    func attempt(_ state: AcquirerAttempt.State) -> AcquirerAttempt {
        AcquirerAttempt(reference: "pi_1/saga_1/capture", notAfter: Self.notAfter, state: state)
    }

    @Test("Never beats what the acquirer says or has said", arguments: everyState, everyAnswer)
    func answerHolds(state: AcquirerAttempt.State, answer: AcquirerAttempt.Answer) {
        for evidence in Self.everyEvidence {
            for now in [Self.at(11), Self.at(41)] {
                var attempt = self.attempt(state)
                let settlement = attempt.settle(
                    by: evidence, after: answer, margin: Self.margin, now: now)
                if state.isSettled { #expect(attempt.state == state) }
                if !state.isSettled, case .decided(let verdict) = answer {
                    #expect(attempt.state == .settled(verdict))
                }
                if case .settled = settlement {
                    #expect(attempt.state.isSettled, "\(evidence)")
                }
                if settlement == .settled(isChecked: false) { #expect(answer == .nothing) }
                if settlement == .tooEarly { #expect(!attempt.state.isSettled) }
            }
        }
    }

    @Test("Holds where the acquirer gives no answer, but not that nothing will come too early")
    func noAnswer() {
        var attempt = self.attempt(.inDoubt)
        #expect(
            attempt.settle(by: .absent, after: .nothing, margin: Self.margin, now: Self.at(11))
                == .tooEarly)
        #expect(attempt.state == .inDoubt)
        #expect(
            attempt.settle(by: .approved, after: .nothing, margin: Self.margin, now: Self.at(11))
                == .settled(isChecked: false))
        #expect(attempt.begin(isFresh: false) == .conclude(.approved), "a repeat asks nobody")
    }

    @Test("That it was done is contradicted by a reference that nobody knows")
    func contradicted() {
        for second: Int64 in [10, 40] {
            var attempt = self.attempt(.inDoubt)
            let settlement = attempt.settle(
                by: .approved, after: .unknownReference(askedAt: Self.at(second)),
                margin: Self.margin, now: Self.at(second))
            guard case .contradicted = settlement else {
                Issue.record("\(settlement)")
                continue
            }
        }
    }
}
