internal import CLibpq
internal import Glibc

/// One libpq connection, non-blocking and in pipeline mode.
///
/// Owns its `PGconn *` and finishes it exactly once. It lives on the driver's thread and never
/// waits: each function does what can be done now and tells what the socket must be watched for.
@safe final class Connection {
    typealias Pipeline = PipelineStateMachine<QueryResult>

    enum Interest {
        case reading
        case readingAndWriting
        case writing
    }

    enum ConnectProgress {
        case connecting(Interest)
        case connected
        case failed(PostgresError)
    }

    enum Progress {
        case waiting(Interest)
        case finished(Pipeline.Outcome)
        case lost(PostgresError)
    }

    private let connection: OpaquePointer  // PGconn *
    private var pipeline: Pipeline
    /// While a script runs, outside of pipeline mode: what it came to so far.
    private var script: ScriptProgress?

    /// Begins to connect; ``continueConnecting()`` goes on.
    init(
        dsn: String, session: [String: String] = [:], preparedStatements: Int
    ) throws(PostgresError) {
        self.pipeline = Pipeline(preparedStatements: preparedStatements)
        try Self.check(dsn)
        guard let connection = unsafe Self.start(dsn, session) else {
            throw PostgresError(.connectionFailed, detail: "out of memory")
        }
        unsafe self.connection = connection
        // libpq would print notices to stderr.
        _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(self.connection) }

    /// The socket to watch, which may change while connecting.
    var socket: Int32 { unsafe PQsocket(self.connection) }

    /// Whether no transaction is open.
    var isIdle: Bool { unsafe PQtransactionStatus(self.connection) == PQTRANS_IDLE }

    /// What asks the server to stop what it does for this connection.
    var cancelRequest: CancelRequest? {
        unsafe PQgetCancel(self.connection).map { unsafe CancelRequest(owning: $0) }
    }

    func continueConnecting() -> ConnectProgress {
        switch unsafe PQconnectPoll(self.connection) {
        case PGRES_POLLING_READING: return .connecting(.reading)
        case PGRES_POLLING_WRITING: return .connecting(.writing)
        case PGRES_POLLING_OK:
            guard unsafe PQsetnonblocking(self.connection, 1) == 0,
                unsafe PQenterPipelineMode(self.connection) == 1
            else { return .failed(PostgresError(.connectionFailed, detail: self.errorMessage)) }
            return .connected
        default:
            return .failed(PostgresError(.connectionFailed, detail: self.errorMessage))
        }
    }

    /// Sends what is to be done. The answers come by ``readable()``.
    func send(_ work: Batch.Work) -> Progress {
        switch work {
        case .statements(let statements): self.send(statements)
        case .script(let script): self.send(script)
        }
    }

    /// Sends the statements and a sync after them.
    private func send(_ statements: [EncodedStatement]) -> Progress {
        for message in self.pipeline.sent(statements.map(\.key)) {
            guard self.send(message, of: statements) else { return .lost(self.lostError) }
        }
        guard unsafe PQpipelineSync(self.connection) == 1 else { return .lost(self.lostError) }
        return self.flush()
    }

    /// The socket can take more.
    func writable() -> Progress { self.flush() }

    /// The socket has bytes, or its end.
    func readable() -> Progress {
        let isOpen = unsafe PQconsumeInput(self.connection) == 1
        while self.pipeline.isAnswering || self.script != nil,
            unsafe PQisBusy(self.connection) == 0
        {
            switch self.script == nil ? self.receiveNext() : self.receiveNextOfScript() {
            case .wait: continue
            case .finish(let outcome): return .finished(outcome)
            case .fail(let error): return .lost(error)
            }
        }
        guard isOpen, unsafe PQstatus(self.connection) == CONNECTION_OK else {
            return .lost(self.lostError)
        }
        return self.flush()
    }

    private func flush() -> Progress {
        switch unsafe PQflush(self.connection) {
        case 0: .waiting(.reading)
        case 1: .waiting(.readingAndWriting)
        default: .lost(self.lostError)
        }
    }

    private func receiveNext() -> Pipeline.Action {
        guard let pointer = unsafe PQgetResult(self.connection) else {
            return self.pipeline.receivedEnd()
        }
        let result = unsafe QueryResult(owning: pointer)
        switch result.status {
        case PGRES_PIPELINE_SYNC: return self.pipeline.receivedSync()
        case PGRES_PIPELINE_ABORTED: return self.pipeline.received(.skipped)
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return self.pipeline.received(.result(result))
        case PGRES_FATAL_ERROR:
            let error = result.error
            return error.code == .connectionLost
                ? .fail(error) : self.pipeline.received(.error(error))
        default:
            return .fail(PostgresError(.connectionLost, detail: "COPY is spoken in scripts only"))
        }
    }

    /// Several statements in one text, and COPY, only pass outside of pipeline mode.
    private func send(_ script: PostgresScript) -> Progress {
        guard unsafe PQexitPipelineMode(self.connection) == 1,
            unsafe PQsendQuery(self.connection, script.text) == 1
        else { return .lost(self.lostError) }
        self.script = ScriptProgress(copies: script.copies[...])
        return self.flush()
    }

    /// Each statement gives a result; after the last one comes nothing.
    private func receiveNextOfScript() -> Pipeline.Action {
        if let pointer = unsafe PQgetResult(self.connection) {
            return self.receive(ofScript: unsafe QueryResult(owning: pointer))
        }
        guard let progress = self.script.take(),
            unsafe PQenterPipelineMode(self.connection) == 1
        else { return .fail(self.lostError) }
        return .finish(progress.outcome)
    }

    private func receive(ofScript result: QueryResult) -> Pipeline.Action {
        switch result.status {
        case PGRES_FATAL_ERROR:
            let error = result.error
            if error.code == .connectionLost { return .fail(error) }
            self.script?.error = error
            return .wait
        case PGRES_COPY_IN:
            return self.sendNextCopy() ? .wait : .fail(self.lostError)
        default:
            self.script?.results.append(result)
            return .wait
        }
    }

    /// The server waits for the rows of a COPY.
    private func sendNextCopy() -> Bool {
        guard let rows = self.script?.copies.popFirst() else {
            return unsafe PQputCopyEnd(self.connection, "the script has no rows for it") == 1
        }
        let isSent = unsafe rows.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe PQputCopyData(self.connection, start, Int32(clamping: bytes.count)) == 1
        }
        return isSent && (unsafe PQputCopyEnd(self.connection, nil)) == 1
    }

    private func send(
        _ message: Pipeline.Message, of statements: [EncodedStatement]
    ) -> Bool {
        switch message {
        case .prepare(let key, let name):
            let types = key.types.map(\.rawValue)
            return unsafe PQsendPrepare(
                self.connection, name, key.sql, Int32(types.count), types) == 1
        case .execute(let index, let name):
            return self.execute(statements[index], name: name)
        case .deallocate(let name):
            return unsafe PQsendQueryParams(
                self.connection, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1) == 1
        }
    }

    private func execute(_ statement: EncodedStatement, name: String) -> Bool {
        let count = statement.fields.count
        let lengths = statement.fields.map { Int32(clamping: $0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: count)
        return unsafe statement.bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe statement.fields.map { field in
                unsafe field.flatMap { field in unsafe start.map { unsafe $0 + field.lowerBound } }
            }
            return unsafe PQsendQueryPrepared(
                self.connection, name, Int32(count), values, lengths, formats, 1) == 1
        }
    }

    private var errorMessage: String { unsafe String(cString: PQerrorMessage(self.connection)) }

    private var lostError: PostgresError {
        PostgresError(.connectionLost, detail: self.errorMessage)
    }
}

extension Connection {
    /// What a script has come to so far.
    private struct ScriptProgress {
        var copies: ArraySlice<[UInt8]>
        var results: [QueryResult] = []
        /// The first error; the server runs nothing after it.
        var error: PostgresError?

        var outcome: Pipeline.Outcome {
            self.error.map(Pipeline.Outcome.failure) ?? .success(self.results)
        }
    }

    /// libpq's own words about a malformed string quote it, password and all: they are dropped.
    private static func check(_ dsn: String) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(dsn, &message)
        unsafe PQfreemem(message)
        guard let options = unsafe options else {
            throw PostgresError(.misuse, detail: "the connection string is malformed")
        }
        unsafe PQconninfoFree(options)
    }

    /// What the string says goes before our defaults, which stand first.
    private static func start(_ dsn: String, _ session: [String: String]) -> OpaquePointer? {
        let options = session.map { "-c \($0)=\($1)" }.sorted().joined(separator: " ")
        let parameters =
            [
                ("fallback_application_name", "florin"),
                // Milliseconds after which a peer that answers nothing counts as gone.
                ("tcp_user_timeout", "10000"),
                ("dbname", dsn),
                ("client_encoding", "UTF8"),
            ] + (options.isEmpty ? [] : [("options", options)])
        let keywords = unsafe parameters.map { unsafe strdup($0.0) }
        let values = unsafe parameters.map { unsafe strdup($0.1) }
        defer { unsafe (keywords + values).forEach { unsafe free($0) } }
        return unsafe PQconnectStartParams(
            keywords.map { unsafe UnsafePointer($0) } + [nil],
            values.map { unsafe UnsafePointer($0) } + [nil], 1)
    }
}

/// Asks the server, over a connection of its own, to stop a running statement.
///
/// Owns its `PGcancel *`, which libpq lets any thread use.
@safe final class CancelRequest: @unchecked Sendable {
    private let request: OpaquePointer  // PGcancel *

    init(owning request: OpaquePointer) { unsafe self.request = request }

    deinit { unsafe PQfreeCancel(self.request) }

    /// Blocks until the server was told or could not be reached. Whether the statement stops in
    /// time does not matter to the caller, who has given its connection up.
    func send() {
        var reason = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(self.request, &reason, Int32(reason.count))
    }
}
