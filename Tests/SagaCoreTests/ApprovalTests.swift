import Identifiers
import SagaCore
import Testing

@Suite("Approval by a second operator")
struct ApprovalTests {
    static let end = Timestamp(microseconds: 1_000_000)

    @Test("Takes another certificate, in time, once")
    func rules() {
        let open = Approval(requestedBy: "A1", expiresAt: Self.end, approvedBy: nil)
        let before = Timestamp(microseconds: 999_999)
        #expect(open.objection(to: "B2", at: before) == nil)
        #expect(open.objection(to: "A1", at: before) == .byRequester)
        #expect(open.objection(to: "", at: before) == .byRequester)
        #expect(open.objection(to: "B2", at: Self.end) == .expired)
        let given = Approval(requestedBy: "A1", expiresAt: Self.end, approvedBy: "B2")
        for approver in ["A1", "B2", "C3"] {
            #expect(given.objection(to: approver, at: before) == .given)
        }
    }
}
