import AcquirerSandbox
import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("What the acquirer settled")
struct SettledTests {
    @Test("Approved captures and refunds are listed oldest first, page by page")
    func pages() async throws {
        try await Sandbox.run { sandbox in
            for number in 1...5 {
                _ = try await sandbox.authorize("pi_\(number)/s/authorize")
                _ = try await sandbox.capture(
                    "pi_\(number)/s/capture", of: "pi_\(number)/s/authorize")
                sandbox.clock.advance(by: .seconds(1))
            }
            _ = try await sandbox.refund("re_1/s/submit", of: "pi_1/s/capture", 5)
            _ = try await sandbox.authorize("pi_6/s/authorize")
            sandbox.clock.advance(by: .seconds(1))
            let all = try await sandbox.settled(.init())
            #expect(
                all.map(\.reference)
                    == (1...5).map { "pi_\($0)/s/capture" } + ["re_1/s/submit"])
            #expect(all.last?.kind == .refund)
            let some = try await sandbox.settled(.init(subjects: ["re_1", "pi_2"]))
            #expect(some.map(\.reference) == ["pi_2/s/capture", "re_1/s/submit"])
            let until = all[2].settledAtUs
            let period = try await sandbox.settled(.init(fromUs: all[1].settledAtUs, toUs: until))
            #expect(period.map(\.reference) == ["pi_2/s/capture"])
        }
    }

    @Test("An approved purchase is settled as a capture, and a declined one never")
    func purchases() async throws {
        try await Sandbox.run { sandbox in
            let purchase = try await sandbox.purchase("pi_1/s/capture")
            #expect(purchase?.kind == .purchase)
            #expect(try await sandbox.purchase("pi_1/s/capture") == purchase)
            let declined = try await sandbox.purchase(
                "pi_2/s/capture", method: "pm_card_visa_chargeDeclined")
            #expect(declined?.status == .declined)
            _ = try await sandbox.refund("re_1/s/submit", of: "pi_1/s/capture", 5)
            sandbox.clock.advance(by: .seconds(1))
            let all = try await sandbox.settled(.init())
            #expect(all.map(\.reference) == ["pi_1/s/capture", "re_1/s/submit"])
            #expect(all.map(\.kind) == [.capture, .refund])
            #expect(try await sandbox.settled(.init(subjects: ["pi_1"])).count == 1)
        }
    }

    @Test("A refund is settled when it is decided, and never when it fails")
    func pending() async throws {
        try await Sandbox.run { sandbox in
            for (number, method) in [(1, "pm_card_pendingRefund"), (2, "pm_card_refundFail")] {
                _ = try await sandbox.authorize("pi_\(number)/s/authorize", method: method)
                _ = try await sandbox.capture(
                    "pi_\(number)/s/capture", of: "pi_\(number)/s/authorize")
                _ = try await sandbox.refund(
                    "re_\(number)/s/submit", of: "pi_\(number)/s/capture", 5)
            }
            #expect(try await sandbox.settled(.init(subjects: ["re_1", "re_2"])).isEmpty)
            sandbox.clock.advance(by: .seconds(3))
            #expect(
                try await sandbox.settled(.init(subjects: ["re_1", "re_2"])).map(\.reference)
                    == ["re_1/s/submit"])
        }
    }

    @Test("A cursor or a period that cannot be is refused with its field")
    func refusals() async throws {
        try await Sandbox.run { sandbox in
            for (field, request) in [
                ("page.cursor", AcquirerV1.ListSettledRequest(page: .init(cursor: "x"))),
                ("to_us", .init(fromUs: 2, toUs: 1)),
                ("subjects[0]", .init(subjects: [""])),
                ("subjects", .init(subjects: Array(repeating: "pi_1", count: 101))),
            ] {
                let error = await refusal { () async throws(RPCError) in
                    try await sandbox.operators.listSettled(request)
                }
                #expect(error?.violations.map(\.field) == [field])
            }
        }
    }
}

extension Sandbox {
    /// In pages of two.
    fileprivate func settled(
        _ request: AcquirerV1.ListSettledRequest
    ) async throws(RPCError) -> [AcquirerV1.Settled] {
        var request = request
        request.page = .init(limit: 2)
        var settled: [AcquirerV1.Settled] = []
        repeat {
            let response = try await self.operators.listSettled(request)
            settled += response.settled
            request.page?.cursor = response.page?.nextCursor ?? ""
        } while request.page?.cursor.isEmpty == false
        return settled
    }
}
