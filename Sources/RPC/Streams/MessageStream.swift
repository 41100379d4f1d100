internal import NIOCore
internal import Synchronization

/// The messages of one streaming call, both ways: what its caller or its handler holds.
///
/// Messages that come wait here until they are taken, within a window that the other side knows
/// of (``FlowWindow``): a stream that nobody reads holds up no other. Any task may use it; one
/// reads at a time.
package final class MessageStream: Sendable {
    typealias Reader = CheckedContinuation<Result<[UInt8]?, RPCError>, Never>
    typealias Writer = CheckedContinuation<Result<Void, RPCError>, Never>

    private struct State {
        var inbox = Inbox()
        var receiver: FlowWindow.Receiver
        var reader: Reader?
        var sender: FlowWindow.Sender
        /// The connection has more to write than its peer takes.
        var isCongested = false
        var writers: [(id: UInt64, payload: [UInt8], continuation: Writer)] = []
        var nextWriter: UInt64 = 0
        /// Why nothing more can be sent.
        var sendingEnded: RPCError?
    }

    private let state: Mutex<State>
    private let carrier: any StreamCarrier
    let id: UInt32

    init(
        _ id: UInt32, on carrier: any StreamCarrier, receives: FlowWindow.Receiver,
        sends: FlowWindow.Sender
    ) {
        self.id = id
        self.carrier = carrier
        self.state = Mutex(State(receiver: receives, sender: sends))
    }

    // MARK: Receiving

    /// The next message; `nil` once the other side has sent its last.
    ///
    /// - Throws: How the call ended, if not well; `CANCELLED` when the task is.
    package func next() async throws(RPCError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { reader in self.wait(reader) }
        } onCancel: {
            let reader = self.state.withLock { $0.reader.take() }
            reader?.resume(returning: .failure(.cancelled()))
        }
        return try result.get()
    }

    private func wait(_ reader: Reader) {
        let (result, grant) = self.state.withLock {
            state -> (Result<[UInt8]?, RPCError>?, UInt64?) in
            if Task.isCancelled { return (.failure(.cancelled()), nil) }
            guard let result = state.inbox.take() else {
                precondition(state.reader == nil, "two tasks read one stream")
                state.reader = reader
                return (nil, nil)
            }
            guard case .success(let message?) = result else { return (result, nil) }
            return (result, state.receiver.take(payload: message.count))
        }
        if let result { reader.resume(returning: result) }
        if let grant { self.carrier.grant(grant, on: self.id) }
    }

    /// A message has come.
    ///
    /// - Returns: Whether there was room for it.
    func receive(_ message: [UInt8]) -> Bool {
        let (isTaken, reader, grant) = self.state.withLock { state -> (Bool, Reader?, UInt64?) in
            guard state.receiver.receive(payload: message.count) else { return (false, nil, nil) }
            if let reader = state.reader.take() {
                return (true, reader, state.receiver.take(payload: message.count))
            }
            state.inbox.put(message)
            return (true, nil, nil)
        }
        reader?.resume(returning: .success(message))
        if let grant { self.carrier.grant(grant, on: self.id) }
        return isTaken
    }

    /// Nothing more will come: the messages that wait are still to be read, unless the call
    /// failed.
    func endReceiving(_ outcome: Result<Void, RPCError>) {
        let reader = self.state.withLock { state in
            state.inbox.end(outcome)
            return state.reader.take()
        }
        reader?.resume(returning: outcome.map { nil })
    }

    /// What the other side may send in all, as of now.
    var granted: UInt64 { self.state.withLock { $0.receiver.total } }

    // MARK: Sending

    /// Sends a message, once there is room for it.
    ///
    /// - Throws: Why the other side takes no more; `CANCELLED` when the task is.
    package func send(_ message: [UInt8]) async throws(RPCError) {
        guard message.count <= FrameHeader.payloadLimit else {
            throw RPCError(
                code: .resourceExhausted, reason: .messageTooLarge,
                message: "a message of \(message.count) bytes is too large")
        }
        let ticket = self.state.withLock { state in
            state.nextWriter += 1
            return state.nextWriter
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { writer in self.write(message, ticket, writer) }
        } onCancel: {
            self.cancelWriter(ticket)
        }
        try result.get()
    }

    private func write(_ message: [UInt8], _ ticket: UInt64, _ writer: Writer) {
        let result = self.state.withLock { state -> Result<Void, RPCError>? in
            if let ended = state.sendingEnded { return .failure(ended) }
            if Task.isCancelled { return .failure(.cancelled()) }
            guard state.writers.isEmpty, state.sender.maySend, !state.isCongested else {
                state.writers.append((ticket, message, writer))
                return nil
            }
            state.sender.send(payload: message.count)
            return .success(())
        }
        guard let result else { return self.carrier.wantRoom(on: self) }
        if case .success = result { self.carrier.send(message, isLast: false, on: self.id) }
        writer.resume(returning: result)
    }

    private func cancelWriter(_ ticket: UInt64) {
        let writer = self.state.withLock { state in
            state.writers.firstIndex { $0.id == ticket }.map { state.writers.remove(at: $0) }
        }
        writer?.continuation.resume(returning: .failure(.cancelled()))
    }

    /// Sends nothing more. Only callers say so: a handler does by returning.
    package func finishSending() {
        let isFirst = self.state.withLock { state in
            if state.sendingEnded != nil { return false }
            state.sendingEnded = .sendingEnded
            return true
        }
        if isFirst { self.carrier.send(nil, isLast: true, on: self.id) }
    }

    /// Whoever still sends is told why that has ended.
    func endSending(_ error: RPCError) {
        let writers = self.state.withLock { state in
            if state.sendingEnded == nil { state.sendingEnded = error }
            defer { state.writers = [] }
            return state.writers
        }
        for writer in writers { writer.continuation.resume(returning: .failure(error)) }
    }

    /// The total that the other side has granted, while somebody waits for more of it.
    var wantedBeyond: UInt64? {
        self.state.withLock { state in
            state.writers.isEmpty || state.sender.maySend ? nil : state.sender.total
        }
    }

    /// The other side has room for `total` bytes in all; `nil`: it does not count.
    func grant(_ total: UInt64?) {
        self.releaseWriters { state in
            if let total { state.sender.grant(total) } else { state.sender.liftLimit() }
        }
    }

    func setCongested(_ isCongested: Bool) {
        self.releaseWriters { $0.isCongested = isCongested }
    }

    private func releaseWriters(_ change: (inout State) -> Void) {
        let (released, isShort) = self.state.withLock { state in
            change(&state)
            var count = 0
            while count < state.writers.count, state.sender.maySend, !state.isCongested {
                state.sender.send(payload: state.writers[count].payload.count)
                count += 1
            }
            let released = Array(state.writers.prefix(count))
            state.writers.removeFirst(count)
            return (released, !state.writers.isEmpty)
        }
        for writer in released {
            self.carrier.send(writer.payload, isLast: false, on: self.id)
            writer.continuation.resume(returning: .success(()))
        }
        if isShort { self.carrier.wantRoom(on: self) }
    }

    /// Whether the server shuts down: a handler that has no end of its own ends then.
    package var isDraining: Bool { self.carrier.isDraining }

    /// Nobody wants the call any more.
    package func cancel() {
        self.carrier.cancel(self)
    }
}

extension RPCError {
    fileprivate static let sendingEnded = RPCError(
        code: .failedPrecondition, reason: .internal, message: "the stream's last message was sent")
}

/// The connection that carries a stream. Everything may be called from any thread.
protocol StreamCarrier: AnyObject, Sendable {
    /// Sends a message, or, without one, only the word that it was the last.
    func send(_ message: [UInt8]?, isLast: Bool, on stream: UInt32)
    /// Lets the other side send `total` bytes in all.
    func grant(_ total: UInt64, on stream: UInt32)
    /// Somebody waits for the other side to grant more.
    func wantRoom(on stream: MessageStream)
    /// Nobody wants the stream any more.
    func cancel(_ stream: MessageStream)
    /// Whether this end shuts down, and waits for its calls to end.
    var isDraining: Bool { get }
}
