import Identifiers
import Messages
import Postgres
import RPC
import Stubs
import TLS
import TestKit
import Testing
import Wire

@Suite("The outbox of payments", .timeLimit(.minutes(2)))
struct OutboxTests {
    private static func changes(
        in world: PaymentWorld
    ) async throws -> [PaymentV1.PaymentChange] {
        try await world.gateway.takeBatches(.init()).batches.flatMap {
            try PaymentV1.PaymentChanges(decoding: $0.changes).changes
        }
    }

    @Test("Holds every event of every payment, once, with the payment as it then stood")
    func complete() async throws {
        try await PaymentWorld.run { world in
            let paid = try await world.paid()
            _ = try await world.create(key: "other")
            let changes = try await Self.changes(in: world)
            let told = changes.flatMap { change in
                zip(change.firstSequence..., change.types).map { number, type in
                    "\(change.payment?.id ?? "") \(number) \(type)"
                }
            }
            let written = try await world.database.ownerPool().query(
                "SELECT payment_id, sequence, type FROM payment_event"
            ).map { row in
                let id = PaymentID(uuid: try row.uuid(0))
                return "\(id) \(try row.int64(1)) \(try row.text(2))"
            }
            #expect(told.sorted() == written.sorted())
            let statuses = changes.filter { $0.payment?.id == paid }.map { $0.payment?.status }
            #expect(statuses == [.requiresConfirmation, .processing, .succeeded])
        }
    }

    @Test("Of an update it holds how the payment stood before, and of nothing else")
    func previous() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.paid()
            for (number, description) in ["one", "two"].enumerated() {
                _ = try await world.client.updatePayment(
                    PaymentV1.UpdatePaymentRequest(
                        paymentID: id, fields: ["description", "metadata_changes"],
                        description: description,
                        metadataChanges: [CommonV1.KeyValue(key: "n", value: "\(number)")]))
            }
            let changes = try await Self.changes(in: world)
            let before = changes.compactMap(\.previous)
            #expect(changes.map(\.types).filter { $0 == ["payment_intent.updated"] }.count == 2)
            #expect(before.map(\.description) == ["", "one"])
            #expect(before.map { $0.metadata.map(\.value) } == [[], ["0"]])
            #expect(before.map(\.status) == [.succeeded, .succeeded])
            #expect(changes.suffix(2).compactMap(\.previous) == before)
        }
    }

    @Test("Holds nothing of what was refused")
    func refused() async throws {
        try await PaymentWorld.run { world in
            let payment = try await world.create()
            let saga = TestSaga()
            _ = try await world.begin(saga, payment.id)
            let before = try await Self.changes(in: world).count
            _ = await refusal { () throws(RPCError) in
                try await world.begin(TestSaga(), payment.id)
            }
            let after = try await Self.changes(in: world).count
            #expect(after == before)
        }
    }

    @Test("Keeps what was taken until it is acknowledged, and then forgets it")
    func acknowledge() async throws {
        try await PaymentWorld.run { world in
            _ = try await world.create(key: "1")
            let first = try await world.gateway.takeBatches(.init()).batches
            let again = try await world.gateway.takeBatches(.init()).batches
            #expect(first == again)
            _ = try await world.create(key: "2")
            _ = try await world.gateway.acknowledgeBatches(.init(ids: first.map(\.id)))
            let rest = try await world.gateway.takeBatches(.init()).batches
            #expect(rest.count == 1)
            #expect(rest.first?.id != first.first?.id)
        }
    }

    @Test("Is for the gateway alone, and names what is wrong with an id")
    func callers() async throws {
        try await PaymentWorld.run { world in
            let refused = await refusal { () throws(RPCError) in
                try await OutboxServiceClient(world.clientChannel).takeBatches(.init())
            }
            #expect(refused?.code == .permissionDenied)
            let malformed = await refusal { () throws(RPCError) in
                try await world.gateway.acknowledgeBatches(.init(ids: [[1, 2]]))
            }
            #expect(malformed?.violations.map(\.field) == ["ids[0]"])
        }
    }
}
