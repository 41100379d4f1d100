internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import TLS

/// One thing that an operator did or asked for.
struct OperatorLine: Hashable, Sendable {
    enum Outcome: String, Hashable, Sendable {
        case requested
        case done
        case approved
        case refused
    }

    /// ``OperatorIdentity/text``.
    let `operator`: String
    let action: SagaV1.OperatorAction
    let outcome: Outcome
    let saga: SagaID?
    var request: OperatorRequestID?
    let detail: String
}

/// A line in its place in the log.
struct NumberedLine: Sendable {
    let number: Int64
    let at: Timestamp
    let line: OperatorLine

    /// The hash of the log up to this line.
    func hash(after before: [UInt8]) -> [UInt8] {
        sha256(before + self.encoded)
    }

    /// All fields, each with its length before it: no two lines have the same bytes.
    private var encoded: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: Int64) {
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
        func add(_ text: String) {
            add(Int64(text.utf8.count))
            bytes += text.utf8
        }
        add(self.number)
        add(self.at.microseconds)
        add(self.line.operator)
        add(Int64(self.line.action.rawValue))
        add(self.line.outcome.rawValue)
        add(self.line.saga?.description ?? "")
        add(self.line.request?.description ?? "")
        add(self.line.detail)
        return bytes
    }
}

extension SagaV1.OperatorLogEntry {
    init(_ numbered: NumberedLine, hash: [UInt8]) {
        let line = numbered.line
        self.init(
            number: numbered.number, atUs: numbered.at.microseconds, operator: line.operator,
            action: line.action, outcome: line.outcome.rawValue,
            sagaID: line.saga?.description ?? "", requestID: line.request?.description ?? "",
            detail: line.detail, hash: hash)
    }
}

extension NumberedLine {
    static let columns = "number, at, operator, action, outcome, saga_id, request_id, detail, hash"

    /// - Returns: The line, and the hash that is stored with it.
    static func read(_ row: PostgresRow) throws -> (line: NumberedLine, hash: [UInt8]) {
        guard let outcome = OperatorLine.Outcome(rawValue: try row.text(4)) else {
            throw RPCError.internal("a line of the operators' log cannot be read")
        }
        let line = OperatorLine(
            operator: try row.text(2),
            action: SagaV1.OperatorAction(rawValue: Int32(try row.int16(3))), outcome: outcome,
            saga: try row.optionalUUID(5).map { SagaID(uuid: $0) },
            request: try row.optionalUUID(6).map { OperatorRequestID(uuid: $0) },
            detail: try row.text(7))
        return (
            NumberedLine(number: try row.int64(0), at: try row.timestamp(1), line: line),
            try row.bytes(8)
        )
    }
}
