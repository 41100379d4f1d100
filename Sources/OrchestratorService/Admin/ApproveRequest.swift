internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Stubs

extension SagaAdmin {
    /// Does what another operator has requested.
    func approveRequest(
        _ request: SagaV1.ApproveRequestRequest, context: CallContext
    ) async throws -> SagaV1.ApproveRequestResponse {
        let id = try Validation.operatorRequestID(request.requestID)
        var known = try await self.request(id)
        let wish = try known.wish
        if let refusal = self.refusal(of: known.approval, to: context.peerSerial) {
            try await log.append(
                OperatorLine(
                    operator: context.peerSerial, action: .approve, outcome: .refused,
                    saga: wish.saga, request: id, detail: refusal.message), at: clock.now())
            throw refusal
        }
        let isChecked = try await self.settle(wish, of: id, context: context)
        let now = clock.now()
        let record = try await database.withTransaction { transaction in
            try await self.approve(id, by: context.peerSerial, at: now, in: transaction)
            return try await self.fulfil(wish, of: id, by: context.peerSerial, in: transaction)
        }
        known.approvedBy = context.peerSerial
        known.approvedAtUs = now.microseconds
        return SagaV1.ApproveRequestResponse(
            request: known, saga: try SagaV1.Saga(record), effects: record.remainingEffects,
            checkedByQuery: isChecked)
    }

    private func request(_ id: OperatorRequestID) async throws -> SagaV1.OperatorRequest {
        let rows = try await database.query(
            """
            SELECT \(SagaV1.OperatorRequest.columns) FROM operator_request r
            LEFT JOIN operator_approval a ON a.request_id = r.id WHERE r.id = $1
            """, [.uuid(id.uuid)])
        guard let row = rows.first else { throw RPCError.notFound("There is no request \(id).") }
        return try SagaV1.OperatorRequest(row)
    }

    private func refusal(of approval: Approval, to approver: String) -> RPCError? {
        switch approval.objection(to: approver, at: clock.now()) {
        case .byRequester:
            .failedPrecondition(
                .approvalByRequester, "It takes another operator's certificate to approve this.")
        case .expired:
            .failedPrecondition(.approvalExpired, "Nobody approved the request in time.")
        case .given:
            .failedPrecondition(.approvalGiven, "The request was approved before.")
        case nil: nil
        }
    }

    /// The approval's row decides between two that approve at once.
    private func approve(
        _ id: OperatorRequestID, by operator: String, at now: Timestamp,
        in transaction: PostgresTransaction
    ) async throws {
        let rows = try await transaction.query(
            """
            INSERT INTO operator_approval (request_id, approved_by, approved_at)
            VALUES ($1, $2, $3) ON CONFLICT (request_id) DO NOTHING RETURNING 1
            """, [.uuid(id.uuid), .text(`operator`), .timestamp(now)])
        guard !rows.isEmpty else {
            throw RPCError.failedPrecondition(
                .approvalGiven, "The request was approved before.")
        }
    }

    private func fulfil(
        _ wish: OperatorWish, of id: OperatorRequestID, by operator: String,
        in transaction: PostgresTransaction
    ) async throws -> SagaRecord {
        func order(_ event: Event) -> SagaOrder {
            SagaOrder(
                saga: wish.saga, action: wish.action, event: event, operator: `operator`,
                detail: wish.detail, request: id)
        }
        guard let evidence = wish.evidence else {
            return try await self.carryOut(order(.stopped), in: transaction)
        }
        let record = try await LockedSaga.find(wish.saga, flows, in: transaction).record
        if let step = try? record.stepToResolve(named: wish.step, by: evidence) {
            return try await self.carryOut(order(.resolved(step)), in: transaction)
        }
        // The saga has asked by itself since its participant knew, and gone on by the answer.
        let line = OperatorLine(
            operator: `operator`, action: wish.action, outcome: .done, saga: wish.saga,
            request: id, detail: wish.detail)
        try await OperatorLog.append(line, at: clock.now(), in: transaction)
        return record
    }

    private func step(of wish: OperatorWish) async throws -> Int {
        let rows = try await database.query(
            "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1",
            [.uuid(wish.saga.uuid)])
        guard let row = rows.first, let evidence = wish.evidence else {
            throw RPCError.notFound("There is no saga \(wish.saga).")
        }
        return try SagaRow.record(row, flows).stepToResolve(named: wish.step, by: evidence)
    }

    /// Tells the participant what became of the step. That can be repeated: it is noted first, and
    /// the saga is only told once the participant knows.
    ///
    /// - Returns: Whether the acquirer itself said the same.
    private func settle(
        _ wish: OperatorWish, of id: OperatorRequestID, context: CallContext
    ) async throws -> Bool {
        guard wish.action == .resolve, let evidence = wish.evidence else { return false }
        _ = try await self.step(of: wish)
        func note(_ outcome: OperatorLine.Outcome, _ detail: String) async throws {
            try await self.log.append(
                OperatorLine(
                    operator: context.peerSerial, action: wish.action, outcome: outcome,
                    saga: wish.saga, request: id, detail: detail), at: self.clock.now())
        }
        try await note(.approved, wish.detail)
        do {
            return try await participants.settle(evidence, step: wish.step, context.options())
        } catch {
            guard error.reason == .evidenceContradicted else { throw error }
            try await note(.refused, error.message)
            throw error
        }
    }
}

extension Participants {
    /// - Throws: NOT_FOUND; FAILED_PRECONDITION (`evidence_contradicted`).
    fileprivate func settle(
        _ evidence: SagaV1.Evidence, step: String, _ options: CallOptions
    ) async throws(RPCError) -> Bool {
        // Only refunds are submitted; all else is asked for by the payment service.
        if step == "submit" {
            return try await refund.settleAttempt(
                RefundV1.SettleAttemptRequest(
                    reference: evidence.reference,
                    outcome: evidence.outcome,
                    code: evidence.code), options: options
            ).checkedByQuery
        }
        return try await payment.settleAttempt(
            PaymentV1.SettleAttemptRequest(
                reference: evidence.reference,
                outcome: evidence.outcome,
                code: evidence.code), options: options
        ).checkedByQuery
    }
}
