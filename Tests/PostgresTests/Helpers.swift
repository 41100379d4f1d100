import Logging
import Postgres
import Synchronization
import TestKit

extension Logger {
    /// Writes nothing: these tests provoke what is usually worth a line.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}

extension EphemeralDatabase {
    /// A pool whose settings the test chooses.
    func pool(_ change: (inout PostgresConfiguration) -> Void) throws -> PostgresPool {
        var configuration = PostgresConfiguration(dsn: self.ownerDSN)
        change(&configuration)
        return try PostgresPool(configuration: configuration, logger: .silent)
    }
}

/// Lets tasks wait for each other: each waits until as many as expected have come.
actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of count: Int) { self.missing = count }

    func arrive() async {
        self.missing -= 1
        if self.missing > 0 { return await withCheckedContinuation { self.waiting.append($0) } }
        for waiter in self.waiting { waiter.resume() }
        self.waiting = []
    }
}

/// What `body` fails with; `nil` when it succeeds, or fails with something else.
func errorCode<Value>(_ body: () async throws -> Value) async -> PostgresError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? PostgresError)?.code
    }
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { self.count.load(ordering: .relaxed) }

    @discardableResult
    func next() -> Int { self.count.add(1, ordering: .relaxed).newValue }
}
