import Identifiers
import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("Refunds of a payment, over RPC", .timeLimit(.minutes(5)))
struct PaymentRefundTests {
    @Test("Concurrent refunds never pass the cap")
    func race() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.paid()
            let refusals = await withTaskGroup(of: RPCError?.self) { tasks in
                for _ in 0..<12 {
                    tasks.addTask {
                        await refusal { () throws(RPCError) in
                            try await world.reserve(TestSaga(), id, refund: newRefundID(), 30_00)
                        }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 3)
            #expect(
                refusals.count { $0?.violations.map(\.field) == ["amount"] } == 9,
                "10.00 are left, so it is the amount that does not hold")
            let rest = try await world.reserve(TestSaga(), id, refund: newRefundID(), 0)
            #expect(rest.amount?.minorUnits == 10_00)
            let empty = await refusal { () throws(RPCError) in
                try await world.reserve(TestSaga(), id, refund: newRefundID(), 1)
            }
            #expect(empty?.reason == .chargeAlreadyRefunded)
        }
    }

    @Test("A reservation is applied or released, once, by its own saga")
    func applyAndRelease() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.paid()
            let saga = TestSaga()
            let refund = newRefundID()
            let reserved = try await world.reserve(saga, id, refund: refund, 40_00)
            #expect(try await world.reserve(saga, id, refund: refund, 40_00) == reserved)
            #expect(reserved.settlementShare?.minorUnits == 40_00)
            #expect(reserved.captureReference.hasSuffix("/capture"))
            let stranger = await refusal { () throws(RPCError) in
                try await world.orchestrator.applyRefund(
                    PaymentV1.ApplyRefundRequest(
                        operation: TestSaga().action("apply"), paymentID: id,
                        refundID: refund.description))
            }
            #expect(stranger?.code == .notFound)
            let request = PaymentV1.ApplyRefundRequest(
                operation: saga.action("apply"), paymentID: id, refundID: refund.description)
            let applied = try await world.orchestrator.applyRefund(request)
            #expect(applied.payment?.amountRefunded == 40_00)
            #expect(applied.payment?.status == .succeeded)
            #expect(try await world.orchestrator.applyRefund(request) == applied)

            let other = TestSaga()
            let released = newRefundID()
            _ = try await world.reserve(other, id, refund: released, 0)
            _ = try await world.orchestrator.releaseRefund(
                PaymentV1.ReleaseRefundRequest(
                    operation: other.compensation("reserve"), paymentID: id,
                    refundID: released.description))
            let again = try await world.reserve(TestSaga(), id, refund: newRefundID(), 0)
            #expect(again.amount?.minorUnits == 60_00)
            let types = try await world.get(id).events.map(\.type)
            #expect(types.count { $0 == "charge.refunded" } == 1)
        }
    }

    @Test("Needs a captured charge, an amount that holds, and a refund id of its own")
    func refusals() async throws {
        try await PaymentWorld.run { world in
            let open = try await world.create(key: "open").id
            let notCaptured = await refusal { () throws(RPCError) in
                try await world.reserve(TestSaga(), open, refund: newRefundID(), 1)
            }
            #expect(notCaptured?.reason == .chargeNotCaptured)
            let id = try await world.paid()
            for amount: Int64 in [-1, 100_01, .max] {
                let error = await refusal { () throws(RPCError) in
                    try await world.reserve(TestSaga(), id, refund: newRefundID(), amount)
                }
                #expect(error?.violations.map(\.field) == ["amount"])
            }
            let refund = newRefundID()
            _ = try await world.reserve(TestSaga(), id, refund: refund, 1_00)
            let taken = await refusal { () throws(RPCError) in
                try await world.reserve(TestSaga(), id, refund: refund, 1_00)
            }
            #expect(taken?.violations.map(\.field) == ["refund_id"])
            let rest = try await world.reserve(TestSaga(), id, refund: newRefundID(), 0)
            #expect(rest.amount?.minorUnits == 99_00, "what was refused took nothing")
        }
    }
}
