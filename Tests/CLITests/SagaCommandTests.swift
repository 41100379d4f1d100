internal import DevSystem
internal import Foundation
internal import TestKit
internal import Testing

@Suite("An operator at the command line", .serialized)
struct SagaCommandTests {
    @Test(
        "A capture in doubt is resolved by two operators while the acquirer is away",
        .timeLimit(.minutes(5)))
    func resolves() async throws {
        try await withSystem { system in
            let desk = OperatorDesk(data: system.options.layout.data)
            try await desk.run("acquirer", "script", "add", "never_answer", "--kind", "purchase")
            let payment = try await desk.createPayment("100.00")
            async let processed = FlorinProgram.run(
                "payment", "process", payment, "--timeout", "3s", data: desk.data)
            let isTaken = try await eventually {
                try await desk.run("acquirer", "effects", "--reference", payment).output
                    .contains("capture")
            }
            #expect(isTaken)
            let acquirer = try #require(
                try DevState.read(from: system.options.layout).services["acquirer"]?.process)
            acquirer.signal(SIGSTOP)
            defer { acquirer.signal(SIGCONT) }
            #expect(try await processed.status == 5)
            let saga = try await desk.saga(of: payment, at: "in_doubt")

            let why = try await FlorinProgram.run("saga", "why", payment, data: desk.data)
            #expect(why.status == 5 || why.output.contains("capture in_doubt"), "\(why.output)")
            let plan = try await FlorinProgram.run(
                "saga", "compensate", saga, "--plan", data: desk.data)
            #expect(plan.status == 4)
            #expect(plan.output.contains("cannot be undone"))
            let request = try await desk.json(
                "saga", "resolve", saga, "--reference", "\(payment)/\(saga)/capture", "--outcome",
                "approved", "--reason", "on the phone")
            let wish = try #require(request["request"] as? [String: Any])
            let id = try #require(wish["id"] as? String)
            let alone = try await FlorinProgram.run("saga", "approve", id, data: desk.data)
            #expect(alone.status == 4)
            #expect(alone.errors.contains("approval_by_requester"))
            let second = try await desk.secondOperator()
            let approved = try await desk.json("saga", "approve", id, "--certificates", second)
            #expect(approved["checked_by_query"] as? Bool == false)
            let watched = try await FlorinProgram.run(
                "saga", "watch", saga, "--for", "60s", data: desk.data)
            #expect(watched.status == 0, "\(watched.output)\(watched.errors)")
            #expect(watched.output.contains("capture resolved"))
            acquirer.signal(SIGCONT)

            let paid = try await desk.json("payment", "get", payment)
            #expect((paid["payment"] as? [String: Any])?["status"] as? String == "succeeded")
            let books = try await desk.run("ledger", "trial-balance").output
            #expect(books.contains("102.90 USD"))
            let story = try await desk.run("saga", "why", payment).output
            for word in [
                "key ", "purchase approved", "posting", "capture in_doubt", "resolved",
                "purchase asked",
            ] {
                #expect(story.contains(word), "\(word) in \(story)")
            }
            let log = try await desk.json("saga", "log", "--verify")
            #expect(log["is_whole"] as? Bool == true)
            #expect(log["entries"] as? Int == 4, "of two approvals the first was refused")
        }
    }

    @Test(
        "A payment that waits for the acquirer is undone by a plan, and another is stopped",
        .timeLimit(.minutes(5)))
    func compensates() async throws {
        try await withSystem { options in
            options.settings = [("acquirer-timeout", "1s"), ("acquirer-window", "5m")].map {
                .init(service: "payment", key: $0.0, value: $0.1)
            }
        } _: { system in
            let desk = OperatorDesk(data: system.options.layout.data)
            let payment = try await desk.createPayment(
                "20.00", "--payment-method", "pm_card_requestLost", "--capture", "manual")
            let started = try await FlorinProgram.run(
                "payment", "process", payment, "--timeout", "2s", data: desk.data)
            #expect(started.status == 5)
            let saga = try await desk.saga(of: payment, at: "in_doubt")
            let found = try await desk.json(
                "saga", "list", "--step", "authorize", "--merchant", "acme", "--amount-from",
                "20.00 USD", "--newer-than", "1h")
            #expect((found["sagas"] as? [[String: Any]])?.count == 1)

            let pause = ["saga", "pause", saga, "--reason", "look"]
            let held = try await desk.run(pause).output
            #expect(held.contains("money is held in the ledger"))
            let again = try await FlorinProgram.run(pause, data: desk.data)
            #expect(again.status == 4)
            let planned = try await desk.json("saga", "compensate", saga, "--plan")
            let plan = try #require(planned["plan"] as? [String: Any])
            let hash = try #require(plan["hash"] as? String)
            let movements = try #require(plan["movements"] as? [[String: Any]])
            #expect(
                movements.map { $0["account"] as? String } == ["acquirer", "fees", "merchant:acme"])
            #expect(movements.map { $0["debits_released"] as? Int } == [2_000, 0, 58])
            let stale = try await FlorinProgram.run(
                "saga", "compensate", saga, "--apply", String(repeating: "0", count: 64),
                "--reason", "no", data: desk.data)
            #expect(stale.status == 4)
            #expect(stale.errors.contains("plan_outdated"))
            try await desk.run("saga", "compensate", saga, "--apply", hash, "--reason", "duplicate")
            let waiting = try await desk.saga(of: payment, at: "in_doubt")
            #expect(waiting == saga, "it is settled before it is undone")

            let stopped = try await desk.json("saga", "stop", saga, "--reason", "the shop closed")
            #expect((stopped["effects"] as? [[String: Any]])?.isEmpty == false)
            let open = try await desk.json("saga", "requests")
            let requests = try #require(open["requests"] as? [[String: Any]])
            let id = try #require(requests.first?["id"] as? String)
            let second = try await desk.secondOperator()
            let done = try await desk.run("saga", "approve", id, "--certificates", second).output
            #expect(done.contains("stopped"))
            #expect(done.contains("money is held in the ledger"))

            let frame = try await desk.run("saga", "top", "--once").output
            #expect(frame.contains("stopped"))
            let nothing = try await desk.run(
                "saga", "dead-letters", "requeue", "--reason", "back", "--yes")
            #expect(nothing.output.contains("no sagas"))
            let late = try await FlorinProgram.run(
                "saga", "resume", saga, "--reason", "no", data: desk.data)
            #expect(late.status == 4)
            #expect(late.errors.contains("saga_unexpected_state"))
        }
    }
}

/// One operator's terminal.
private struct OperatorDesk {
    let data: String

    @discardableResult
    func run(_ arguments: String...) async throws -> FlorinProgram.Outcome {
        try await self.run(arguments)
    }

    @discardableResult
    func run(_ arguments: [String]) async throws -> FlorinProgram.Outcome {
        let outcome = try await FlorinProgram.run(arguments, data: self.data)
        #expect(outcome.status == 0, "\(arguments) \(outcome.output)\(outcome.errors)")
        return outcome
    }

    func json(_ arguments: String...) async throws -> [String: Any] {
        let text = try await self.run(arguments + ["-o", "json"]).output
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(document as? [String: Any])
    }

    func createPayment(_ amount: String, _ more: String...) async throws -> String {
        let text = try await self.run(
            ["payment", "create", amount, "USD", "--merchant", "acme", "-o", "json"] + more
        ).output
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return try #require(document?["id"] as? String)
    }

    /// The payment's saga, once one of its steps stands so.
    func saga(of payment: String, at status: String) async throws -> String {
        var id = ""
        let isThere = try await eventually {
            let found = try await self.json("saga", "list", "--payment", payment)
            let saga = (found["sagas"] as? [[String: Any]])?.first
            id = saga?["id"] as? String ?? ""
            let steps = saga?["steps"] as? [[String: Any]] ?? []
            return steps.contains { $0["status"] as? String == status }
        }
        #expect(isThere)
        return id
    }

    /// A folder with the certificate of another operator.
    func secondOperator() async throws -> String {
        let folder = self.data + "/second-operator"
        try await self.run(
            "certs", "issue", "operator", "--folder", self.data + "/certificates", "--to", folder)
        return folder
    }
}
