internal import CNATS

/// One connection to a NATS server, and the inbox that answers come to.
///
/// Owns its `natsConnection *` and destroys it exactly once. Its calls wait: it belongs to a thread
/// that may. After an error it is of no more use.
@safe final class NATSConnection {
    private let connection: OpaquePointer
    private let inbox: String
    private let answers: OpaquePointer

    init(_ configuration: NATSConfiguration) throws(NATSError) {
        let connection = unsafe try ConnectOptions.make(configuration).connect()
        do throws(NATSError) {
            self.inbox = try Self.makeInbox()
            var answers: OpaquePointer?
            try NATSError.check(
                unsafe natsConnection_SubscribeSync(&answers, connection, "\(self.inbox).*"),
                "listening for answers")
            guard let answers = unsafe answers else {
                throw NATSError(.library, "listening for answers")
            }
            unsafe self.answers = answers
        } catch {
            unsafe natsConnection_Destroy(connection)
            throw error
        }
        unsafe self.connection = connection
    }

    deinit {
        unsafe natsSubscription_Destroy(self.answers)
        unsafe natsConnection_Destroy(self.connection)
    }

    func ensure(_ stream: NATSStream) throws(NATSError) {
        try unsafe JetStreamContext(on: self.connection).ensure(stream)
    }

    /// Publishes all messages in their order, and waits until the stream has answered to each.
    ///
    /// - Returns: For each message why the stream did not take it; `nil` for one that it has, be it
    ///   from an earlier time.
    /// - Throws: ``NATSError`` when not all answers came: any message may have been taken then.
    func publish(
        _ messages: [NATSMessage], until deadline: ContinuousClock.Instant
    ) throws(NATSError) -> [NATSError?] {
        for (index, message) in messages.enumerated() {
            try self.send(message, answerTo: "\(self.inbox).\(index)")
        }
        var refusals: [NATSError?] = Array(repeating: nil, count: messages.count)
        var missing = Set(messages.indices)
        while !missing.isEmpty {
            let answer = try self.nextAnswer(until: deadline)
            guard let index = Int(answer.subject.dropFirst(self.inbox.utf8.count + 1)),
                missing.remove(index) != nil
            else { throw NATSError(.library, "an answer to nothing that was asked") }
            refusals[index] = Acknowledgement.refusal(in: answer.body)
        }
        return refusals
    }

    private func send(_ message: NATSMessage, answerTo reply: String) throws(NATSError) {
        var made: OpaquePointer?
        let status = unsafe message.body.withUnsafeBytes { body in
            unsafe natsMsg_Create(
                &made, message.subject, reply,
                body.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(body.count))
        }
        try NATSError.check(status, "making a message")
        defer { unsafe natsMsg_Destroy(made) }
        try NATSError.check(
            unsafe natsMsgHeader_Set(made, "Nats-Msg-Id", message.id), "making a message")
        if let following = message.following {
            try NATSError.check(
                unsafe natsMsgHeader_Set(made, "Nats-Expected-Last-Msg-Id", following),
                "making a message")
        }
        try NATSError.check(
            unsafe natsConnection_PublishMsg(self.connection, made), "publishing")
    }

    private func nextAnswer(
        until deadline: ContinuousClock.Instant
    ) throws(NATSError) -> (subject: String, body: [UInt8]) {
        let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
        guard left >= 1 else { throw self.lateness }
        var answer: OpaquePointer?
        let status = unsafe natsSubscription_NextMsg(&answer, self.answers, Int64(left))
        guard status != NATS_TIMEOUT else { throw self.lateness }
        try NATSError.check(status, "waiting for the stream's answer")
        defer { unsafe natsMsg_Destroy(answer) }
        let body = unsafe UnsafeRawBufferPointer(
            start: natsMsg_GetData(answer), count: Int(natsMsg_GetDataLength(answer)))
        return unsafe (String(cString: natsMsg_GetSubject(answer)), Array(body))
    }

    /// Why no answer came. A server that does not let us publish says so apart, and answers nothing.
    private var lateness: NATSError {
        var text: UnsafePointer<CChar>?
        let last = unsafe natsConnection_GetLastError(self.connection, &text)
        guard last == NATS_NOT_PERMITTED else {
            return NATSError(.timedOut, "the stream did not answer in time")
        }
        return NATSError(.notPermitted, unsafe text.map { unsafe String(cString: $0) } ?? "")
    }

    private static func makeInbox() throws(NATSError) -> String {
        var inbox: UnsafeMutablePointer<CChar>?
        try NATSError.check(unsafe natsInbox_Create(&inbox), "making an inbox")
        defer { unsafe natsInbox_Destroy(inbox) }
        return unsafe inbox.map { unsafe String(cString: $0) } ?? ""
    }
}
