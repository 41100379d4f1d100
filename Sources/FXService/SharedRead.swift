/// A read that many ask for at once, made once for all of them.
///
/// Whoever asks gets the answer of a read that began after they asked, never of one that was under
/// way: so it shows all that was committed before they asked. However many ask, two reads at most
/// are on their way: one that runs, and one that waits for it.
actor SharedRead<Value: Sendable> {
    private let read: @Sendable () async throws -> Value
    private var running: Task<Value, any Error>?
    private var next: Task<Value, any Error>?

    /// - Parameter read: Ends within a time of its own.
    init(_ read: @escaping @Sendable () async throws -> Value) {
        self.read = read
    }

    func value() async throws -> Value {
        if let next { return try await next.value }
        let before = self.running
        let task = Task {
            _ = await before?.result
            // From here on nobody may join.
            self.running = self.next
            self.next = nil
            return try await self.read()
        }
        self.next = task
        return try await task.value
    }
}
