import Messages
import RPC
import Stubs
import TestKit
import Testing
import Wire

@Suite("The outbox of refunds", .timeLimit(.minutes(2)))
struct RefundOutboxTests {
    @Test("Of an update it holds how the refund stood before, and of nothing else")
    func previous() async throws {
        try await RefundWorld.run { world in
            let capture = try await world.captured()
            let saga = RefundSaga()
            _ = try await world.orchestrator.open(saga.opening())
            _ = try await world.client.updateRefund(
                .init(
                    refundID: saga.refundID, metadataChanges: [.init(key: "order", value: "8")]))
            _ = try await world.submit(saga, capture: capture)
            _ = try await world.complete(saga)
            let changes = try await world.gateway.takeBatches(.init()).batches.flatMap {
                try RefundV1.RefundChanges(decoding: $0.changes).changes
            }
            #expect(
                changes.map(\.types) == [
                    ["refund.created"], ["refund.updated"], ["refund.updated"],
                ])
            #expect(changes.map { $0.previous?.status } == [nil, .pending, .pending])
            #expect(
                changes.map { $0.previous?.metadata.map(\.value) } == [nil, ["7"], ["8"]])
        }
    }
}
