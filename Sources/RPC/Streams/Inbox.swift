/// Messages that came and wait to be taken, then how the stream ended.
struct Inbox {
    private var messages: [[UInt8]?] = []
    private var head = 0
    private var outcome: Result<Void, RPCError>?

    mutating func put(_ message: [UInt8]) {
        if self.outcome == nil { self.messages.append(message) }
    }

    /// A failure takes the place of what still waits; the first outcome counts.
    mutating func end(_ outcome: Result<Void, RPCError>) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        if case .failure = outcome {
            self.messages = []
            self.head = 0
        }
    }

    /// The next message, or the end; `nil` if neither has come.
    mutating func take() -> Result<[UInt8]?, RPCError>? {
        guard self.head < self.messages.count else { return self.outcome?.map { nil } }
        let message = self.messages[self.head].take()
        self.head += 1
        // Taken in bulk: to remove each as it goes would move all behind it.
        if self.head == self.messages.count || self.head > 1024 {
            self.messages.removeFirst(self.head)
            self.head = 0
        }
        return .success(message)
    }
}
