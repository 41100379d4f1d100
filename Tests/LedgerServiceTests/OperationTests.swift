internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import TestKit
internal import Testing

@testable internal import LedgerService

/// The operation barrier as a saga meets it: a hold, and the void that takes it back.
@Suite("Operations of sagas")
struct OperationTests {
    static let saga = SagaID(uuid: UUID128(high: 0x0192_f0c1_2a3b_7c4d, low: 0x8e5f_6071_8293_0000))

    static func operation(
        _ kind: CommonV1.OperationKind, epoch: Int64 = 1
    ) -> CommonV1.OperationContext {
        CommonV1.OperationContext(
            sagaID: "\(self.saga)", step: "hold", kind: kind, epoch: epoch)
    }

    static func hold(epoch: Int64 = 1, amount: Int64 = 10) -> LedgerV1.CreateTransfersRequest {
        .init(
            operation: self.operation(.action, epoch: epoch),
            transfers: [wire(10, amount: amount, flags: 3), wire(11, amount: 4, flags: 2)])
    }

    static func void(epoch: Int64 = 1) -> LedgerV1.CreateTransfersRequest {
        .init(
            operation: self.operation(.compensation, epoch: epoch),
            transfers: [
                .init(id: wireID(20), pendingID: wireID(10), flags: 9),
                .init(id: wireID(21), pendingID: wireID(11), flags: 8),
            ])
    }

    @Test("An action and its compensation happen once each, however often they come")
    func actionAndCompensation() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            for epoch: Int64 in 1...3 {
                let held = try await client.createTransfers(Self.hold(epoch: epoch)).results
                #expect(held == [.created, .created])
            }
            #expect(try await service.balances(1) == [14, 0, 0, 0])
            for epoch: Int64 in 3...4 {
                let voided = try await client.createTransfers(Self.void(epoch: epoch)).results
                #expect(voided == [.created, .created])
            }
            #expect(try await service.balances(1) == [0, 0, 0, 0])
            let late = try await client.createTransfers(Self.hold(epoch: 4)).results
            #expect(late == [.created, .created])
            #expect(try await service.balances(1) == [0, 0, 0, 0])
        }
    }

    @Test("A compensation before its action does nothing and blocks it")
    func compensationFirst() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            for _ in 1...2 {
                let empty = try await client.createTransfers(Self.void()).results
                #expect(empty.isEmpty)
            }
            let error = await failure { try await client.createTransfers(Self.hold()) }
            #expect(error?.reason == .operationBlocked)
            #expect(try await service.balances(1) == [0, 0, 0, 0])
        }
    }

    @Test("A lower epoch and another request under the same step are refused")
    func staleAndMismatch() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            let held = try await client.createTransfers(Self.hold(epoch: 5)).results
            #expect(held == [.created, .created])
            let stale = await failure { try await client.createTransfers(Self.hold(epoch: 4)) }
            #expect(stale?.code == .aborted && stale?.reason == .staleEpoch)
            let other = await failure {
                try await client.createTransfers(Self.hold(epoch: 5, amount: 11))
            }
            #expect(other?.reason == .operationMismatch)
            #expect(try await service.balances(1) == [14, 0, 0, 0])
        }
    }

    /// Unlinked on purpose: what one operation asks for is one whole all the same.
    @Test("A refused action leaves nothing, is refused alike again, and has nothing to undo")
    func refusal() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            let request = LedgerV1.CreateTransfersRequest(
                operation: Self.operation(.action),
                transfers: [
                    wire(10, amount: 10, flags: 2), wire(11, from: 2, to: 1, amount: 4),
                ])
            let limited = try await client.createAccounts(
                .init(accounts: [
                    .init(id: wireID(5), name: "limited", currency: "USD", flags: 2)
                ])
            ).results
            #expect(limited == [.created])
            var refused = request
            refused.transfers[1].debitAccountID = wireID(5)
            for _ in 1...2 {
                let results = try await client.createTransfers(refused).results
                #expect(results == [.linkedEventFailed, .exceedsCredits])
            }
            #expect(try await service.balances(1) == [0, 0, 0, 0])
            let undone = try await client.createTransfers(Self.void()).results
            #expect(undone.isEmpty)
        }
    }
}
