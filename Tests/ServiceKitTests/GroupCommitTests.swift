import Logging
import Postgres
import RPC
import ServiceKit
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

@Suite("Group commit")
struct GroupCommitTests {
    private typealias Group = GroupCommit<Int, Int>

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` beside the group, which is then told to stop.
    private static func run(
        _ group: Group, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let services = ServiceGroup(services: [group], logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await services.run() }
            try await body()
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("Many callers share few commits, and each gets its own answer")
    func shares() async throws {
        let batches = Mutex<[Int]>([])
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let group = Group(logger: Self.logger) { work in
            batches.withLock { $0.append(work.count) }
            for await _ in gate { break }
            return work.map { .success($0 * 2) }
        }
        try await Self.run(group) {
            try await withThrowingTaskGroup(of: Void.self) { callers in
                for number in 0..<500 {
                    callers.addTask {
                        let answer = try await group.submit(number)
                        #expect(answer == number * 2)
                    }
                }
                // While the first batch is on its way, all others gather.
                let isGathered = try await eventually {
                    group.waitingCount + batches.withLock { $0.reduce(0, +) } == 500
                }
                #expect(isGathered)
                open.finish()
                try await callers.waitForAll()
            }
        }
        let sizes = batches.withLock(\.self)
        #expect(sizes.reduce(0, +) == 500)
        #expect(sizes.count <= 2, "\(sizes)")
    }

    @Test("A commit whose outcome is unknown is run again, and answered as it then is")
    func unknownOutcome() async throws {
        let attempts = Mutex(0)
        let group = Group(logger: Self.logger) { work in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            if attempt < 3 { throw PostgresError(.commitOutcomeUnknown) }
            return work.map { .success($0) }
        }
        try await Self.run(group) {
            let answer = try await group.submit(7)
            #expect(answer == 7)
        }
        #expect(attempts.withLock(\.self) == 3)
    }

    @Test("A database that does not come back is told, and whether it may have happened")
    func unavailable() async throws {
        for (code, isOpen) in [
            (PostgresError.Code.connectionFailed, false), (.commitOutcomeUnknown, true),
        ] {
            let group = Group(attempts: 2, logger: Self.logger) { _ in throw PostgresError(code) }
            try await Self.run(group) {
                let error = await #expect(throws: RPCError.self) { try await group.submit(1) }
                #expect(error?.code == .unavailable)
                #expect(error?.reason == .databaseUnavailable)
                #expect(error?.mayHaveRun == isOpen)
            }
        }
    }

    @Test("Who comes when too many wait is refused at once, and surely not done")
    func fullQueue() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let begun = Mutex(false)
        let group = Group(limit: 2, logger: Self.logger) { work in
            begun.withLock { $0 = true }
            for await _ in gate { break }
            return work.map { .success($0) }
        }
        try await Self.run(group) {
            async let first = group.submit(1)
            let isAtWork = try await eventually { begun.withLock(\.self) }
            #expect(isAtWork)
            let others = Answers()
            for number in 2...3 { others.await(number, from: group) }
            let isFull = try await eventually { group.waitingCount == 2 }
            #expect(isFull)
            let refusal = await Self.failure(of: Task { try await group.submit(4) })
            #expect(refusal?.code == .unavailable && refusal?.mayHaveRun == false)
            open.finish()
            _ = try await first
            let areDone = try await eventually { others.count == 2 }
            #expect(areDone)
        }
    }

    @Test("Who waits too long for its turn is refused, and surely not done")
    func lateTurn() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let done = Mutex<[Int]>([])
        let now = Mutex(ContinuousClock.now)
        let group = Group(
            patience: .seconds(5), logger: Self.logger, now: { now.withLock(\.self) }
        ) { work in
            done.withLock { $0 += work }
            for await _ in gate { break }
            return work.map { .success($0) }
        }
        try await Self.run(group) {
            async let first = group.submit(1)
            let isAtWork = try await eventually { !done.withLock(\.isEmpty) }
            #expect(isAtWork)
            let late = Task { try await group.submit(2) }
            let isWaiting = try await eventually { group.waitingCount == 1 }
            #expect(isWaiting)
            now.withLock { $0 += .seconds(6) }
            open.finish()
            let answer = try await first
            #expect(answer == 1)
            let refusal = await Self.failure(of: late)
            #expect(refusal?.code == .unavailable && refusal?.mayHaveRun == false)
        }
        #expect(done.withLock(\.self) == [1])
    }

    private static func failure(of task: Task<Int, any Error>) async -> RPCError? {
        do {
            _ = try await task.value
            return nil
        } catch {
            return error as? RPCError
        }
    }

    @Test("What waits when the process is to stop is still done; who comes later is refused")
    func drains() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let taken = Mutex(0)
        let group = Group(logger: Self.logger) { work in
            taken.withLock { $0 += work.count }
            for await _ in gate { break }
            return work.map { .success($0) }
        }
        let answers = Answers()
        try await Self.run(group) {
            answers.await(0, from: group)
            let isAtWork = try await eventually { taken.withLock { $0 == 1 } }
            #expect(isAtWork)
            for number in 1..<50 { answers.await(number, from: group) }
            let areIn = try await eventually { group.waitingCount == 49 }
            #expect(areIn)
            open.finish()
        }
        let error = await #expect(throws: RPCError.self) { try await group.submit(99) }
        #expect(error?.reason == .draining)
        let areAll = try await eventually { answers.count == 50 }
        #expect(areAll)
    }

    /// Counts the answers that come.
    private final class Answers: Sendable {
        private let state = Mutex(0)

        var count: Int { self.state.withLock(\.self) }

        func await(_ work: Int, from group: Group) {
            Task {
                _ = try await group.submit(work)
                self.state.withLock { $0 += 1 }
            }
        }
    }
}
