internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Wire

/// What an operator wants done that another has to approve.
struct OperatorWish: Sendable {
    let action: SagaV1.OperatorAction
    let saga: SagaID
    let step: String
    let evidence: SagaV1.Evidence?
    let reason: String
}

extension SagaAdmin {
    /// Stores a wish, and that it was made.
    func store(
        _ wish: OperatorWish, of operator: String, in transaction: PostgresTransaction
    ) async throws -> SagaV1.OperatorRequest {
        let now = clock.now()
        let id = identifiers.next(OperatorRequestKind.self)
        let expiresAt = now + approvalLifetime
        try await transaction.query(
            """
            INSERT INTO operator_request (id, action, saga_id, step, evidence, reason,
                requested_by, requested_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .uuid(id.uuid), .int16(Int16(clamping: wish.action.rawValue)),
                .uuid(wish.saga.uuid), .text(wish.step),
                .optional(wish.evidence) { .bytes($0.encoded()) }, .text(wish.reason),
                .text(`operator`), .timestamp(now), .timestamp(expiresAt),
            ])
        let line = OperatorLine(
            operator: `operator`, action: wish.action, outcome: .requested, saga: wish.saga,
            request: id, detail: wish.detail)
        try await OperatorLog.append(line, at: now, in: transaction)
        return SagaV1.OperatorRequest(
            id: id.description, action: wish.action, sagaID: wish.saga.description,
            step: wish.step, evidence: wish.evidence, reason: wish.reason,
            requestedBy: `operator`, requestedAtUs: now.microseconds,
            expiresAtUs: expiresAt.microseconds)
    }
}

extension OperatorWish {
    /// For the log.
    var detail: String {
        guard let evidence else { return reason }
        let code = evidence.code.isEmpty ? "" : " (\(evidence.code))"
        return "\(step) by \(evidence.reference) \(evidence.outcome)\(code): \(reason)"
    }
}

extension SagaV1.OperatorRequest {
    static let columns = """
        r.id, r.action, r.saga_id, r.step, r.evidence, r.reason, r.requested_by, r.requested_at,
        r.expires_at, a.approved_by, a.approved_at
        """

    init(_ row: PostgresRow) throws {
        self.init(
            id: OperatorRequestID(uuid: try row.uuid(0)).description,
            action: SagaV1.OperatorAction(rawValue: Int32(try row.int16(1))),
            sagaID: SagaID(uuid: try row.uuid(2)).description, step: try row.text(3),
            evidence: try row.optionalBytes(4).map { try SagaV1.Evidence(decoding: $0) },
            reason: try row.text(5), requestedBy: try row.text(6),
            requestedAtUs: try row.timestamp(7).microseconds,
            expiresAtUs: try row.timestamp(8).microseconds,
            approvedBy: try row.optionalText(9) ?? "",
            approvedAtUs: try row.optionalTimestamp(10)?.microseconds ?? 0)
    }

    var approval: Approval {
        Approval(
            requestedBy: requestedBy, expiresAt: Timestamp(microseconds: expiresAtUs),
            approvedBy: approvedBy.isEmpty ? nil : approvedBy)
    }

    var wish: OperatorWish {
        get throws {
            OperatorWish(
                action: action, saga: try SagaID(parsing: sagaID), step: step, evidence: evidence,
                reason: reason)
        }
    }
}
