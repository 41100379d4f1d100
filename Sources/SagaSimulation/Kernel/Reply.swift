/// What one task waits for. The first answer counts: a time limit, a repeat and a crash may come
/// before or after it.
///
/// Unchecked: touched by the simulation's one thread alone, as its ``Kernel``.
final class Reply<Value: Sendable>: @unchecked Sendable {
    private var value: Value?
    private var continuation: CheckedContinuation<Value, Never>?

    func callAsFunction(_ value: Value) {
        guard self.value == nil else { return }
        self.value = value
        continuation?.resume(returning: value)
        continuation = nil
    }

    func wait() async -> Value {
        await withCheckedContinuation { continuation in
            if let value {
                continuation.resume(returning: value)
            } else {
                self.continuation = continuation
            }
        }
    }
}
