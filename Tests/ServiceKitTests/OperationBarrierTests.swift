import Identifiers
import Logging
import Messages
import Postgres
import RPC
import ServiceKit
import TestKit
import Testing

@Suite("Operation barrier")
struct OperationBarrierTests {
    /// Any message will do as an answer.
    private typealias Answer = CommonV1.OperationContext

    private struct Refusal: Error {}

    private static let empty = Answer(step: "nothing to undo")

    /// Effects that operations of one transaction have.
    private struct EffectBooks: OperationBooks {
        var effects: [String] = []

        static func queries(for needs: [Int]) -> [PostgresStatement?] { [] }
        init(_ results: [PostgresResult]) {}
        func mark(_ needs: Int) -> Int { self.effects.count }
        mutating func rollBack(to mark: Int) { self.effects.removeSubrange(mark...) }

        var statements: [PostgresStatement] {
            self.effects.map {
                PostgresStatement("INSERT INTO effects VALUES ($1)", [.text($0)])
            }
        }
    }

    /// A participant whose only effects are rows in `effects`.
    private final class Participant: Sendable {
        let pool: PostgresPool
        let store: OperationStore<EffectBooks>
        let sagaID = SystemIdentifierSource().next(SagaKind.self)
        private let running: Task<Void, any Error>

        init() async throws {
            let pool = try await EphemeralDatabase.makeEmpty().ownerPool()
            try await pool.withTransaction { transaction in
                try await transaction.runScript(
                    """
                    CREATE TABLE saga_fence (
                        saga_id uuid CONSTRAINT saga_fence_pkey PRIMARY KEY,
                        epoch bigint NOT NULL);
                    CREATE TABLE operation_barrier (
                        saga_id uuid NOT NULL, step text NOT NULL, operation smallint NOT NULL,
                        origin smallint NOT NULL, epoch bigint NOT NULL, request_hash bytea,
                        answer bytea, created_at timestamptz NOT NULL,
                        CONSTRAINT operation_barrier_pkey
                            PRIMARY KEY (saga_id, step, operation));
                    CREATE TABLE effects (effect text NOT NULL CHECK (effect <> 'poison'));
                    """)
            }
            self.pool = pool
            let store = OperationStore<EffectBooks>(
                database: pool, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            self.store = store
            self.running = Task { try await store.run() }
        }

        deinit { self.running.cancel() }

        func operation(
            _ kind: Operation.Kind, epoch: Int64 = 1, asking request: String? = nil
        ) -> Operation {
            let operation = Operation(
                sagaID: self.sagaID, step: "hold", kind: kind, epoch: epoch)
            return request.map { operation.asking(for: Answer(step: $0)) } ?? operation
        }

        /// Does the operation: its effect is a row `effect`, its answer names it.
        @discardableResult
        func perform(_ operation: Operation, _ effect: String) async throws -> String {
            try await self.store.perform(
                operation, empty: OperationBarrierTests.empty, needs: 0
            ) { books in
                books.effects.append(effect)
                return Answer(step: effect)
            }.step
        }

        func begin(_ operation: Operation) async throws -> ExternalBegin<CommonV1.OperationContext>
        {
            try await self.store.beginExternal(
                operation, empty: OperationBarrierTests.empty, needs: 0
            ) { $0.effects.append("attempt") }
        }

        func finish(_ operation: Operation, _ effect: String) async throws -> String {
            try await self.store.finishExternal(operation, needs: 0) { books in
                books.effects.append(effect)
                return Answer(step: effect)
            }.step
        }

        func effects() async throws -> [String] {
            try await self.pool.query("SELECT effect FROM effects").map { try $0.text(0) }
        }

        func reason(_ body: () async throws -> Void) async -> ErrorReason? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? RPCError)?.reason
            }
        }
    }

    @Test("A repeat gets the first answer, and has no effect")
    func repeats() async throws {
        let participant = try await Participant()
        let action = participant.operation(.action)
        #expect(try await participant.perform(action, "held") == "held")
        #expect(try await participant.perform(action, "again") == "held")
        // Another orchestrator that took the saga over repeats it too.
        let later = participant.operation(.action, epoch: 7)
        #expect(try await participant.perform(later, "again") == "held")
        #expect(try await participant.effects() == ["held"])
        await participant.pool.close()
    }

    @Test("Concurrent duplicates have one effect and one answer")
    func deduplicatesConcurrently() async throws {
        let participant = try await Participant()
        let action = participant.operation(.action)
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 1...20 {
                group.addTask { try await participant.perform(action, "\(number)") }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(try await participant.effects() == Array(answers))
        await participant.pool.close()
    }

    @Test("A compensation undoes its action once")
    func compensates() async throws {
        let participant = try await Participant()
        let compensation = participant.operation(.compensation)
        try await participant.perform(participant.operation(.action), "held")
        #expect(try await participant.perform(compensation, "voided") == "voided")
        #expect(try await participant.perform(compensation, "again") == "voided")
        // The action's own repeat still gets its answer, and does nothing.
        #expect(try await participant.perform(participant.operation(.action), "late") == "held")
        #expect(try await participant.effects() == ["held", "voided"])
        await participant.pool.close()
    }

    @Test("A compensation that comes first finds nothing to undo, and its action is refused after")
    func blocksLateAction() async throws {
        let participant = try await Participant()
        let compensation = participant.operation(.compensation)
        for _ in 1...2 {
            let answer = try await participant.perform(compensation, "voided")
            #expect(answer == Self.empty.step)
        }
        let reason = await participant.reason {
            try await participant.perform(participant.operation(.action), "held")
        }
        #expect(reason == .operationBlocked)
        #expect(try await participant.effects() == [])
        await participant.pool.close()
    }

    @Test("An action and its compensation at once: both happen, or neither does")
    func racesCleanly() async throws {
        for _ in 1...20 {
            let participant = try await Participant()
            async let action = participant.reason {
                try await participant.perform(participant.operation(.action), "held")
            }
            async let undone = participant.perform(participant.operation(.compensation), "voided")
            let outcome = (await action, try await undone)
            let effects = try await participant.effects()
            switch outcome {
            case (nil, "voided"): #expect(effects == ["held", "voided"])
            case (.operationBlocked, Self.empty.step): #expect(effects == [])
            default: Issue.record("\(outcome) \(effects)")
            }
            await participant.pool.close()
        }
    }

    @Test("A lower epoch is refused, whatever it wants, and writes nothing")
    func fences() async throws {
        let participant = try await Participant()
        try await participant.perform(participant.operation(.action, epoch: 5), "held")
        for kind in [Operation.Kind.action, .compensation] {
            let reason = await participant.reason {
                try await participant.perform(participant.operation(kind, epoch: 4), "stale")
            }
            #expect(reason == .staleEpoch)
        }
        #expect(try await participant.effects() == ["held"])
        let rows = try await participant.pool.query("SELECT epoch FROM saga_fence")
        #expect(try rows.first?.int64(0) == 5)
        #expect(try await participant.pool.query("SELECT 1 FROM operation_barrier").count == 1)
        await participant.pool.close()
    }

    @Test("A repeat that asks for something else is refused")
    func refusesMismatch() async throws {
        let participant = try await Participant()
        try await participant.perform(participant.operation(.action, asking: "100 USD"), "held")
        let reason = await participant.reason {
            try await participant.perform(
                participant.operation(.action, asking: "200 USD"), "more")
        }
        #expect(reason == .operationMismatch)
        let same = participant.operation(.action, asking: "100 USD")
        #expect(try await participant.perform(same, "again") == "held")
        await participant.pool.close()
    }

    @Test("A refusal leaves no trace: the same step may succeed later")
    func forgetsRefusals() async throws {
        let participant = try await Participant()
        let action = participant.operation(.action, epoch: 3)
        await #expect(throws: Refusal.self) {
            try await participant.store.perform(action, empty: Self.empty, needs: 0) { books in
                books.effects.append("half")
                throw Refusal()
            }
        }
        #expect(try await participant.pool.query("SELECT 1 FROM saga_fence").isEmpty)
        #expect(try await participant.perform(action, "held") == "held")
        #expect(try await participant.effects() == ["held"])
        await participant.pool.close()
    }

    @Test("A crash between begin and finish is seen as unfinished, and finishes once")
    func survivesCrash() async throws {
        let participant = try await Participant()
        let action = participant.operation(.action)
        #expect(try await participant.begin(action) == .fresh)
        // The process dies here. What comes after knows only the database.
        let again = participant.operation(.action, epoch: 2)
        #expect(try await participant.begin(again) == .unfinished)
        #expect(try await participant.finish(again, "authorized") == "authorized")
        #expect(try await participant.finish(again, "twice") == "authorized")
        #expect(try await participant.begin(again) == .answered(Answer(step: "authorized")))
        let stale = await participant.reason { _ = try await participant.finish(action, "stale") }
        #expect(stale == .staleEpoch)
        #expect(try await participant.effects() == ["attempt", "authorized"])
        await participant.pool.close()
    }

    @Test("An action that was compensated before it finished may not finish")
    func blocksLateFinish() async throws {
        let participant = try await Participant()
        let (action, compensation) = (
            participant.operation(.action), participant.operation(.compensation)
        )
        #expect(try await participant.begin(action) == .fresh)
        #expect(try await participant.begin(compensation) == .fresh)
        let late = await participant.reason { _ = try await participant.finish(action, "late") }
        #expect(late == .operationBlocked)
        let again = await participant.reason { _ = try await participant.begin(action) }
        #expect(again == .operationBlocked)
        #expect(try await participant.finish(compensation, "voided") == "voided")
        #expect(try await participant.effects() == ["attempt", "attempt", "voided"])
        await participant.pool.close()
    }

    @Test("An external compensation without an action is answered at once; nothing ends unbegun")
    func answersEmpty() async throws {
        let participant = try await Participant()
        let compensation = participant.operation(.compensation)
        let unbegun = await participant.reason {
            _ = try await participant.finish(compensation, "voided")
        }
        #expect(unbegun == .internal)
        #expect(try await participant.begin(compensation) == .answered(Self.empty))
        #expect(try await participant.begin(compensation) == .answered(Self.empty))
        #expect(try await participant.effects() == [])
        await participant.pool.close()
    }

    /// The other has spoken, and commits between this one's reading and its writing.
    @Test("A lower epoch does not slip in beside a saga's first operation elsewhere")
    func fencesFirstContact() async throws {
        let participant = try await Participant()
        let late = participant.operation(.action, epoch: 1)
        let attempt = try await participant.pool.withTransaction { transaction in
            try await transaction.query(
                "INSERT INTO saga_fence (saga_id, epoch) VALUES ($1, 2)",
                [.uuid(participant.sagaID.uuid)])
            let attempt = Task {
                await participant.reason { try await participant.perform(late, "late") }
            }
            let isStopped = try await eventually {
                try await !transaction.query("SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty
            }
            #expect(isStopped)
            return attempt
        }
        let reason = await attempt.value
        #expect(reason == .staleEpoch)
        #expect(try await participant.effects() == [])
        await participant.pool.close()
    }

    @Test("What the database refuses for one operation, others of its batch do not suffer for")
    func separatesPoison() async throws {
        let participant = try await Participant()
        let results = await withTaskGroup(of: (Int, String?).self) { group in
            for number in 1...40 {
                group.addTask {
                    let operation = Operation(
                        sagaID: SystemIdentifierSource().next(SagaKind.self), step: "hold",
                        kind: .action, epoch: 1)
                    let effect = number == 20 ? "poison" : "\(number)"
                    return (number, try? await participant.perform(operation, effect))
                }
            }
            return await group.reduce(into: [Int: String?]()) { $0.updateValue($1.1, forKey: $1.0) }
        }
        #expect(results.count == 40)
        for (number, answer) in results {
            #expect(answer == (number == 20 ? nil : "\(number)"))
        }
        #expect(try await participant.effects().count == 39)
        await participant.pool.close()
    }

    @Test(
        "A context with a missing or wrong field is refused, and the field named",
        arguments: ["saga_id", "step", "kind", "epoch"])
    func refusesContexts(_ field: String) throws {
        var context = Answer(
            sagaID: "\(SystemIdentifierSource().next(SagaKind.self))", step: "hold",
            kind: .compensation, epoch: 2)
        let operation = try Operation(context)
        #expect(operation.kind == .compensation)
        #expect(operation.epoch == 2)
        switch field {
        case "saga_id": context.sagaID = "pi_x"
        case "step": context.step = ""
        case "kind": context.kind = .unspecified
        default: context.epoch = 0
        }
        let error = #expect(throws: RPCError.self) { try Operation(context) }
        #expect(error?.violations.map(\.field) == ["operation.\(field)"])
        #expect(throws: RPCError.self) { try Operation(nil) }
    }
}
