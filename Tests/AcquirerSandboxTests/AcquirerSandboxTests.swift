import Identifiers
import Messages
import Postgres
import RPC
import Stubs
import TestKit
import Testing

@Suite("The acquirer sandbox, over RPC", .timeLimit(.minutes(5)))
struct AcquirerSandboxTests {
    @Test("Authorizes, captures a part, refunds it, and lists what it did")
    func wholeLife() async throws {
        try await Sandbox.run { sandbox in
            #expect(try await sandbox.authorize("a")?.status == .approved)
            #expect(try await sandbox.capture("c", of: "a", 60_00)?.status == .approved)
            #expect(try await sandbox.refund("r", of: "c", 20_00)?.status == .approved)
            let tooMuch = await refusal { () throws(RPCError) in
                try await sandbox.refund("r2", of: "c", 40_01)
            }
            #expect(tooMuch?.code == .invalidArgument)
            #expect(tooMuch?.violations.map(\.field) == ["amount"])
            let references = try await sandbox.effects().map(\.reference)
            #expect(Set(references) == ["a", "c", "r"])
            #expect(try await sandbox.operation("r")?.parentReference == "c")
        }
    }

    @Test("Does a reference once, even for callers at the same time, and no other under it")
    func once() async throws {
        try await Sandbox.run { sandbox in
            try await withThrowingTaskGroup(of: AcquirerV1.Effect?.self) { tasks in
                for _ in 0..<16 { tasks.addTask { try await sandbox.authorize("a") } }
                var effects: Set<AcquirerV1.Effect?> = []
                for try await effect in tasks { effects.insert(effect) }
                #expect(effects.count == 1)
            }
            #expect(try await sandbox.effects().count == 1)
            let reused = await refusal { () throws(RPCError) in
                try await sandbox.authorize("a", 99_00)
            }
            #expect(reused?.reason == .referenceReused)
            #expect(reused?.code == .alreadyExists)
        }
    }

    @Test("Captures an authorization once, however many try at the same time")
    func captureRace() async throws {
        try await Sandbox.run { sandbox in
            // Several rounds: one alone often runs too smoothly to collide.
            for round in 0..<12 {
                _ = try await sandbox.authorize("a\(round)")
                let outcomes = await withTaskGroup(of: RPCError?.self) { tasks in
                    for number in 0..<16 {
                        tasks.addTask {
                            await refusal { () throws(RPCError) in
                                try await sandbox.capture(
                                    "c\(round)-\(number)", of: "a\(round)", 50_00)
                            }
                        }
                    }
                    return await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes.count { $0 == nil } == 1)
                #expect(outcomes.count { $0?.reason == .authorizationNotOpen } == 15)
                #expect(try await sandbox.effects(prefix: "c\(round)-").count == 1)
            }
        }
    }

    @Test("Does nothing after the moment the caller named")
    func tooLate() async throws {
        try await Sandbox.run { sandbox in
            let before = sandbox.clock.now().microseconds - 1
            let late = await refusal { () throws(RPCError) in
                try await sandbox.authorize("a", notAfterUs: before)
            }
            #expect(late?.code == .deadlineExceeded)
            let unknown = await refusal { () throws(RPCError) in try await sandbox.operation("a") }
            #expect(unknown?.code == .notFound)
            #expect(unknown?.reason == .resourceMissing)
        }
    }

    @Test("Never answers, has done it, and keeps no database connection meanwhile")
    func neverAnswers() async throws {
        try await Sandbox.run { sandbox in
            await withTaskGroup(of: RPCError?.self) { tasks in
                // More than the service has connections to its database.
                for number in 0..<24 {
                    tasks.addTask {
                        await refusal { () throws(RPCError) in
                            try await sandbox.authorize(
                                "n\(number)", method: "pm_card_neverAnswers",
                                timeout: .seconds(3))
                        }
                    }
                }
                let quick = await refusal { () throws(RPCError) in
                    try await sandbox.authorize("quick")
                }
                #expect(quick == nil)
                for await outcome in tasks { #expect(outcome?.code == .deadlineExceeded) }
            }
            let effects = try await sandbox.effects(prefix: "n")
            #expect(effects.count == 24)
            #expect(effects.allSatisfy { $0.status == .approved })
        }
    }

    @Test("Loses a request: nothing done, nothing said; a later one is done")
    func loses() async throws {
        try await Sandbox.run { sandbox in
            try await sandbox.script(.lose, kind: .authorize)
            let lost = await refusal { () throws(RPCError) in
                try await sandbox.authorize("a", timeout: .seconds(2))
            }
            #expect(lost?.code == .deadlineExceeded)
            #expect(try await sandbox.effects().isEmpty)
            #expect(try await sandbox.authorize("a")?.status == .approved)
        }
    }

    @Test("Answers late what it did at once")
    func late() async throws {
        try await Sandbox.run { sandbox in
            try await sandbox.script(.answerLate, delayMs: 300)
            async let answer = sandbox.authorize("a")
            #expect(try await answer?.status == .approved)
            try await sandbox.script(.answerLate, delayMs: 600_000)
            let timedOut = await refusal { () throws(RPCError) in
                try await sandbox.authorize("b", timeout: .seconds(2))
            }
            #expect(timedOut?.code == .deadlineExceeded)
            #expect(try await sandbox.operation("b")?.status == .approved)
        }
    }

    @Test("Scripts are used up in their order, by the calls that fit")
    func scripts() async throws {
        try await Sandbox.run { sandbox in
            try await sandbox.script(.unavailable, kind: .authorize, prefix: "x", remaining: 2)
            try await sandbox.script(.decline, prefix: "x", declineCode: "stolen_card")
            #expect(try await sandbox.authorize("other")?.status == .approved)
            for _ in 0..<2 {
                let error = await refusal { () throws(RPCError) in
                    try await sandbox.authorize("x")
                }
                #expect(error?.code == .unavailable)
            }
            let declined = try await sandbox.authorize("x")
            #expect(declined?.status == .declined)
            #expect(declined?.declineCode == "stolen_card")
            let left = try await sandbox.operators.listScripts(AcquirerV1.ListScriptsRequest())
            #expect(left.scripts.isEmpty)
            try await sandbox.script(.lose, remaining: 5)
            let cleared = try await sandbox.operators.clearScripts(
                AcquirerV1.ClearScriptsRequest())
            #expect(cleared.removed == 1)
        }
    }

    @Test("A refund pends until its time, then is approved or fails")
    func pendingRefunds() async throws {
        try await Sandbox.run { sandbox in
            for (name, method, end) in [
                ("p", "pm_card_pendingRefund", AcquirerV1.EffectStatus.approved),
                ("f", "pm_card_refundFail", .failed),
            ] {
                _ = try await sandbox.authorize("a\(name)", method: method)
                _ = try await sandbox.capture("c\(name)", of: "a\(name)")
                #expect(
                    try await sandbox.refund("r\(name)", of: "c\(name)", 100_00)?.status == .pending
                )
                #expect(try await sandbox.operation("r\(name)")?.status == .pending)
                sandbox.clock.advance(by: .seconds(2))
                #expect(try await sandbox.operation("r\(name)")?.status == end)
            }
            #expect(
                try await sandbox.refund("again", of: "cf", 100_00)?.status == .pending,
                "what failed can be refunded again")
        }
    }

    @Test("Refuses what does not hold, names the field, and stores nothing")
    func badInput() async throws {
        try await Sandbox.run { sandbox in
            let long = String(repeating: "r", count: 256)
            let soon = sandbox.soon
            let money = CommonV1.Money(minorUnits: 1, currency: "USD")
            let cases: [(String, AcquirerV1.AuthorizeRequest)] = [
                (
                    "reference",
                    .init(amount: money, paymentMethod: "pm_card_visa", notAfterUs: soon)
                ),
                ("reference", .init(reference: long, amount: money, notAfterUs: soon)),
                ("reference", .init(reference: "a\0", amount: money, notAfterUs: soon)),
                ("amount", .init(reference: "a", notAfterUs: soon)),
                (
                    "amount",
                    .init(
                        reference: "a", amount: .init(minorUnits: 0, currency: "USD"),
                        paymentMethod: "pm_card_visa", notAfterUs: soon)
                ),
                (
                    "amount.currency",
                    .init(
                        reference: "a", amount: .init(minorUnits: 1, currency: "ZZZ"),
                        notAfterUs: soon)
                ),
                (
                    "payment_method",
                    .init(
                        reference: "a", amount: money, paymentMethod: "pm_unheardOf",
                        notAfterUs: soon)
                ),
                (
                    "not_after_us",
                    .init(reference: "a", amount: money, paymentMethod: "pm_card_visa")
                ),
            ]
            for (field, request) in cases {
                let error = await refusal { () throws(RPCError) in
                    try await sandbox.payment.authorize(request)
                }
                #expect(error?.code == .invalidArgument, "\(field)")
                #expect(error?.violations.map(\.field) == [field])
            }
            let script = await refusal { () throws(RPCError) in
                try await sandbox.script(.pending, kind: .capture)
            }
            #expect(script?.violations.map(\.field) == ["script.kind"])
            let counts = try await sandbox.database.ownerPool().query(
                "SELECT (SELECT count(*) FROM effect) + (SELECT count(*) FROM script)")
            #expect(try counts.first?.int64(0) == 0)
        }
    }

    @Test("Lists page by page, newest first")
    func pages() async throws {
        try await Sandbox.run { sandbox in
            for number in 0..<5 {
                _ = try await sandbox.authorize("a\(number)")
                sandbox.clock.advance(by: .milliseconds(1))
            }
            var seen: [String] = []
            var cursor = ""
            repeat {
                let response = try await sandbox.operators.listEffects(
                    AcquirerV1.ListEffectsRequest(
                        page: CommonV1.PageRequest(limit: 2, cursor: cursor)))
                seen += response.effects.map(\.reference)
                cursor = response.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            #expect(seen == ["a4", "a3", "a2", "a1", "a0"])
            let unknown = await refusal { () throws(RPCError) in
                try await sandbox.operators.listEffects(
                    AcquirerV1.ListEffectsRequest(page: CommonV1.PageRequest(cursor: "zz")))
            }
            #expect(unknown?.violations.map(\.field) == ["page.cursor"])
        }
    }

    @Test("Operators may look and script, and do nothing else")
    func roles() async throws {
        try await Sandbox.run { sandbox in
            let denied = await refusal { () throws(RPCError) in
                try await sandbox.operators.authorize(AcquirerV1.AuthorizeRequest())
            }
            #expect(denied?.code == .permissionDenied)
        }
    }
}
