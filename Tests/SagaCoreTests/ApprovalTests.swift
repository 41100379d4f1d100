import Identifiers
import SagaCore
import Testing

@Suite("Approval by a second operator")
struct ApprovalTests {
    static let end = Timestamp(microseconds: 1_000_000)
    static let before = Timestamp(microseconds: 999_999)

    private func operatorNamed(_ text: String) -> OperatorIdentity {
        OperatorIdentity(parsing: text)
    }

    @Test("Takes another certificate, in time, once")
    func rules() {
        let open = Approval(
            requestedBy: operatorNamed("A1"), expiresAt: Self.end, approvedBy: nil)
        #expect(open.objection(to: operatorNamed("B2"), at: Self.before) == nil)
        #expect(open.objection(to: operatorNamed("A1"), at: Self.before) == .byRequester)
        #expect(open.objection(to: operatorNamed(""), at: Self.before) == .byRequester)
        #expect(open.objection(to: operatorNamed("B2"), at: Self.end) == .expired)
        let given = Approval(
            requestedBy: operatorNamed("A1"), expiresAt: Self.end, approvedBy: operatorNamed("B2"))
        for approver in ["A1", "B2", "C3"] {
            #expect(given.objection(to: operatorNamed(approver), at: Self.before) == .given)
        }
    }

    @Test("Another certificate of the same name is the same person")
    func names() {
        let open = Approval(
            requestedBy: operatorNamed("alice/A1"), expiresAt: Self.end, approvedBy: nil)
        let objections = ["alice/B2", "alice/", "A1", "bob/A1"].map {
            open.objection(to: operatorNamed($0), at: Self.before)
        }
        #expect(objections == [.byRequester, .byRequester, .byRequester, .byRequester])
        for other in ["bob/B2", "B2", "Alice/B2"] {
            #expect(open.objection(to: operatorNamed(other), at: Self.before) == nil)
        }
    }

    @Test("An identity is read back from its text", arguments: ["alice/A1", "A1", "a@b.c/0F"])
    func roundTrip(_ text: String) {
        #expect(OperatorIdentity(parsing: text).text == text)
    }
}
