/// Sleeps: handed in, so that a test can let time pass.
package protocol SagaTimer: Sendable {
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    func sleep(for duration: Duration) async throws
}

/// The machine's own time.
package struct SystemTimer: SagaTimer {
    package init() {}

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
