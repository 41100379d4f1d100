import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("Charges and what merchants look payments up by, over RPC", .timeLimit(.minutes(5)))
struct ChargeListTests {
    @Test("Every attempt is kept with what it was tried with")
    func charges() async throws {
        try await PaymentWorld.run { world in
            let created = try await world.client.createPayment(
                PaymentV1.CreatePaymentRequest(
                    idempotencyKey: "one", merchantID: "acme",
                    amount: CommonV1.Money(minorUnits: 100_00, currency: "USD"),
                    paymentMethod: "pm_card_visa_chargeDeclined", customerID: "cus_a",
                    paymentMethodID: "pm_first"))
            let id = created.payment?.id ?? ""
            #expect(created.payment?.customerID == "cus_a")
            let refused = TestSaga()
            let failed = try await world.begin(refused, id).chargeID
            _ = try await world.authorize(refused, id)
            _ = try await world.fail(refused, id)
            _ = try await world.client.updatePayment(
                PaymentV1.UpdatePaymentRequest(
                    paymentID: id, fields: ["payment_method", "payment_method_id"],
                    paymentMethod: "pm_card_visa", paymentMethodID: "pm_second"))
            let saga = TestSaga()
            let taken = try await world.begin(saga, id).chargeID
            _ = try await world.authorize(saga, id)
            _ = try await world.capture(saga, id)
            _ = try await world.paid(key: "two")

            let listed = try await world.client.listCharges(.init(paymentID: id)).charges
            #expect(listed.map(\.charge?.id) == [taken, failed])
            #expect(listed.map(\.charge?.paymentMethodID) == ["pm_second", "pm_first"])
            #expect(
                listed.map(\.charge?.paymentMethod)
                    == ["pm_card_visa", "pm_card_visa_chargeDeclined"])
            #expect(listed.map(\.charge?.status) == [.succeeded, .failed])
            #expect(listed.allSatisfy { $0.customerID == "cus_a" && $0.merchantID == "acme" })
            let got = try await world.client.getCharge(.init(chargeID: failed)).charge
            #expect(got == listed.last)
            let all = try await world.client.listCharges(.init(merchantID: "acme")).charges
            #expect(all.count == 3)
            let captured = try await world.client.listCharges(.init(onlyCaptured: true)).charges
            #expect(captured.count == 2)
            let customers = try await world.client.listCharges(.init(customerID: "cus_a")).charges
            #expect(customers == listed)
            #expect(try await world.client.listCharges(.init(merchantID: "other")).charges == [])
            let none = await refusal { () throws(RPCError) in
                try await world.client.getCharge(
                    .init(chargeID: "ch_00000000000000000000000000"))
            }
            #expect(none?.reason == .resourceMissing)
        }
    }

    @Test("Lists go both ways, by customer and by time")
    func places() async throws {
        try await PaymentWorld.run { world in
            var ids: [String] = []
            for number in 0..<5 {
                ids.append(try await world.create(key: "k\(number)").id)
                world.clock.advance(by: .seconds(10))
            }
            func list(_ request: PaymentV1.ListPaymentsRequest) async throws -> [Int?] {
                try await world.client.listPayments(request).payments
                    .map { ids.firstIndex(of: $0.id) }
            }
            let two = CommonV1.PageRequest(limit: 2)
            #expect(try await list(.init(page: two, newerThan: ids[1])) == [3, 2])
            #expect(try await list(.init(newerThan: ids[4])) == [])
            #expect(try await list(.init(page: .init(limit: 2, cursor: ids[3]))) == [2, 1])
            let start = try await world.get(ids[0]).payment?.createdAtUs ?? 0
            let from = start + 10_000_000
            #expect(try await list(.init(createdFromUs: from)) == [4, 3, 2, 1])
            #expect(
                try await list(.init(createdFromUs: from, createdToUs: from + 10_000_000)) == [1])
            let both = await refusal { () throws(RPCError) in
                try await world.client.listPayments(
                    .init(page: .init(cursor: ids[0]), newerThan: ids[1]))
            }
            #expect(both?.violations.map(\.field) == ["newer_than"])
            _ = try await world.client.updatePayment(
                .init(paymentID: ids[2], fields: ["customer_id"], customerID: "cus_b"))
            #expect(try await list(.init(customerID: "cus_b")) == [2])
        }
    }

    @Test("Entries of the metadata change by themselves")
    func metadata() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create().id
            func change(_ entries: [String: String]) async throws -> [String: String] {
                let answer = try await world.client.updatePayment(
                    .init(
                        paymentID: id, fields: ["metadata_changes"],
                        metadataChanges: entries.map { .init(key: $0.key, value: $0.value) }))
                let pairs = answer.payment?.metadata.map { ($0.key, $0.value) } ?? []
                return Dictionary(uniqueKeysWithValues: pairs)
            }
            #expect(try await change(["a": "1", "b": "2"]) == ["a": "1", "b": "2"])
            #expect(try await change(["b": "", "c": "3"]) == ["a": "1", "c": "3"])
            #expect(try await change(["missing": ""]) == ["a": "1", "c": "3"])
            let tooLong = await refusal { () throws(RPCError) in
                try await world.client.updatePayment(
                    .init(
                        paymentID: id, fields: ["metadata_changes"],
                        metadataChanges: [.init(key: "k[0]", value: "")]))
            }
            #expect(tooLong?.violations.map(\.field) == ["metadata[0].key"])
        }
    }
}
