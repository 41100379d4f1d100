internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Wire

/// What an operator wants done that another has to approve.
struct OperatorWish: Sendable {
    enum Subject: Sendable {
        /// That a saga ends where it stands.
        case stop(SagaID)
        /// That a saga's step in doubt is settled.
        case resolve(SagaID, step: String, SagaV1.Evidence)
        /// That money is moved by hand.
        case adjust(SagaV1.Adjustment)
    }

    let subject: Subject
    let reason: String

    var action: SagaV1.OperatorAction {
        switch subject {
        case .stop: .stop
        case .resolve: .resolve
        case .adjust: .adjust
        }
    }

    var saga: SagaID? {
        switch subject {
        case .stop(let saga), .resolve(let saga, _, _): saga
        case .adjust: nil
        }
    }

    /// For the log.
    var detail: String {
        switch subject {
        case .stop: reason
        case .resolve(_, let step, let evidence):
            "\(step) by \(evidence.reference) \(evidence.outcome)"
                + (evidence.code.isEmpty ? "" : " (\(evidence.code))") + ": \(reason)"
        case .adjust(let adjustment): "\(adjustment.summary): \(reason)"
        }
    }
}

extension SagaAdmin {
    /// Stores a wish, and that it was made.
    func store(
        _ wish: OperatorWish, of operator: String, in transaction: PostgresTransaction
    ) async throws -> SagaV1.OperatorRequest {
        let now = clock.now()
        let id = identifiers.next(OperatorRequestKind.self)
        var request = SagaV1.OperatorRequest(
            id: id.description, action: wish.action, sagaID: wish.saga?.description ?? "",
            reason: wish.reason, requestedBy: `operator`, requestedAtUs: now.microseconds,
            expiresAtUs: (now + approvalLifetime).microseconds)
        switch wish.subject {
        case .stop: break
        case .resolve(_, let step, let evidence):
            (request.step, request.evidence) = (step, evidence)
        case .adjust(let adjustment): request.adjustment = adjustment
        }
        try await transaction.query(
            """
            INSERT INTO operator_request (id, action, saga_id, step, evidence, reason,
                requested_by, requested_at, expires_at, adjustment)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .uuid(id.uuid), .int16(Int16(clamping: wish.action.rawValue)),
                .optional(wish.saga?.uuid) { .uuid($0) }, .text(request.step),
                .optional(request.evidence) { .bytes($0.encoded()) }, .text(wish.reason),
                .text(`operator`), .timestamp(now), .timestamp(now + approvalLifetime),
                .optional(request.adjustment) { .bytes($0.encoded()) },
            ])
        let line = OperatorLine(
            operator: `operator`, action: wish.action, outcome: .requested, saga: wish.saga,
            request: id, detail: wish.detail)
        try await OperatorLog.append(line, at: now, in: transaction)
        return request
    }
}

extension SagaV1.OperatorRequest {
    static let columns = """
        r.id, r.action, r.saga_id, r.step, r.evidence, r.reason, r.requested_by, r.requested_at,
        r.expires_at, a.approved_by, a.approved_at, r.adjustment
        """

    init(_ row: PostgresRow) throws {
        self.init(
            id: OperatorRequestID(uuid: try row.uuid(0)).description,
            action: SagaV1.OperatorAction(rawValue: Int32(try row.int16(1))),
            sagaID: try row.optionalUUID(2).map { SagaID(uuid: $0).description } ?? "",
            step: try row.text(3),
            evidence: try row.optionalBytes(4).map { try SagaV1.Evidence(decoding: $0) },
            reason: try row.text(5), requestedBy: try row.text(6),
            requestedAtUs: try row.timestamp(7).microseconds,
            expiresAtUs: try row.timestamp(8).microseconds,
            approvedBy: try row.optionalText(9) ?? "",
            approvedAtUs: try row.optionalTimestamp(10)?.microseconds ?? 0,
            adjustment: try row.optionalBytes(11).map { try SagaV1.Adjustment(decoding: $0) })
    }

    var approval: Approval {
        Approval(
            requestedBy: OperatorIdentity(parsing: requestedBy),
            expiresAt: Timestamp(microseconds: expiresAtUs),
            approvedBy: approvedBy.isEmpty ? nil : OperatorIdentity(parsing: approvedBy))
    }

    var wish: OperatorWish {
        get throws {
            if let adjustment { return OperatorWish(subject: .adjust(adjustment), reason: reason) }
            let saga = try SagaID(parsing: sagaID)
            guard let evidence else { return OperatorWish(subject: .stop(saga), reason: reason) }
            return OperatorWish(
                subject: .resolve(saga, step: step, evidence), reason: reason)
        }
    }
}
