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
        let known = try await self.request(id)
        let wish = try known.wish
        if case .adjust(let adjustment) = wish.subject {
            return try await self.approve(adjustment, wish, known, of: id, context: context)
        }
        try await self.checkApproval(of: known, wish, id, context: context)
        let isChecked = try await self.settle(wish, of: id, context: context)
        let now = clock.now()
        let record = try await database.withTransaction { transaction in
            try await self.approve(id, by: context.operator.text, at: now, in: transaction)
            return try await self.fulfil(wish, of: id, by: context.operator.text, in: transaction)
        }
        return SagaV1.ApproveRequestResponse(
            request: known.approved(by: context.operator, at: now), saga: try SagaV1.Saga(record),
            effects: record.remainingEffects, checkedByQuery: isChecked)
    }

    /// The approval is stored before the ledger is asked: it stands whatever becomes of the call.
    private func approve(
        _ adjustment: SagaV1.Adjustment, _ wish: OperatorWish, _ known: SagaV1.OperatorRequest,
        of id: OperatorRequestID, context: CallContext
    ) async throws -> SagaV1.ApproveRequestResponse {
        var approved = known
        if try await !self.isApprovedAndOpen(known, id) {
            try await self.checkApproval(of: known, wish, id, context: context)
            let now = clock.now()
            let line = OperatorLine(
                operator: context.operator.text, action: .adjust, outcome: .approved, saga: nil,
                request: id, detail: wish.detail)
            try await database.withTransaction { transaction in
                try await self.approve(id, by: context.operator.text, at: now, in: transaction)
                try await OperatorLog.append(line, at: now, in: transaction)
            }
            approved = known.approved(by: context.operator, at: now)
        }
        let transfer = try await self.carryOut(adjustment, wish, of: id, context: context)
        return SagaV1.ApproveRequestResponse(
            request: approved, transferID: LedgerV1.Uint128(transfer))
    }

    /// Whether it was approved before, and nobody has learned what came of it.
    private func isApprovedAndOpen(
        _ known: SagaV1.OperatorRequest, _ id: OperatorRequestID
    ) async throws -> Bool {
        guard !known.approvedBy.isEmpty else { return false }
        return try await database.withTransaction { transaction in
            try await !OperatorLog.isClosed(id, in: transaction)
        }
    }

    /// - Throws: Why this operator may not approve it now, once that is in the log.
    private func checkApproval(
        of known: SagaV1.OperatorRequest, _ wish: OperatorWish, _ id: OperatorRequestID,
        context: CallContext
    ) async throws {
        guard let refusal = self.refusal(of: known.approval, to: context.operator) else { return }
        try await log.append(
            OperatorLine(
                operator: context.operator.text, action: .approve, outcome: .refused,
                saga: wish.saga, request: id, detail: refusal.message), at: clock.now())
        throw refusal
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

    private func refusal(of approval: Approval, to approver: OperatorIdentity) -> RPCError? {
        switch approval.objection(to: approver, at: clock.now()) {
        case .byRequester:
            .failedPrecondition(
                .approvalByRequester, "It takes another operator to approve this.")
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
        func order(_ saga: SagaID, _ event: Event) -> SagaOrder {
            SagaOrder(
                saga: saga, action: wish.action, event: event, operator: `operator`,
                detail: wish.detail, request: id)
        }
        switch wish.subject {
        case .stop(let saga):
            return try await self.carryOut(order(saga, .stopped), in: transaction)
        case .adjust:
            throw BrokenContract("an adjustment concerns no saga")
        case .resolve(let saga, let step, let evidence):
            let record = try await LockedSaga.find(saga, flows, in: transaction).record
            if let place = try? record.stepToResolve(named: step, by: evidence) {
                return try await self.carryOut(order(saga, .resolved(place)), in: transaction)
            }
            // The saga has asked by itself since its participant knew, and gone on by the answer.
            let line = OperatorLine(
                operator: `operator`, action: wish.action, outcome: .done, saga: saga, request: id,
                detail: wish.detail)
            try await OperatorLog.append(line, at: clock.now(), in: transaction)
            return record
        }
    }

    /// - Throws: ``RPCError`` unless the step is in doubt.
    private func checkDoubt(
        of saga: SagaID, _ step: String, by evidence: SagaV1.Evidence
    ) async throws {
        let rows = try await database.query(
            "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1",
            [.uuid(saga.uuid)])
        guard let row = rows.first else { throw RPCError.notFound("There is no saga \(saga).") }
        _ = try SagaRow.record(row, flows).stepToResolve(named: step, by: evidence)
    }

    /// Tells the participant what became of the step. That can be repeated: it is noted first, and
    /// the saga is only told once the participant knows.
    ///
    /// - Returns: Whether the acquirer itself said the same.
    private func settle(
        _ wish: OperatorWish, of id: OperatorRequestID, context: CallContext
    ) async throws -> Bool {
        guard case .resolve(let saga, let step, let evidence) = wish.subject else { return false }
        try await self.checkDoubt(of: saga, step, by: evidence)
        func note(_ outcome: OperatorLine.Outcome, _ detail: String) async throws {
            try await self.log.append(
                OperatorLine(
                    operator: context.operator.text, action: wish.action, outcome: outcome,
                    saga: saga, request: id, detail: detail), at: self.clock.now())
        }
        try await note(.approved, wish.detail)
        do {
            return try await participants.settle(evidence, step: step, context.options())
        } catch {
            guard error.reason == .evidenceContradicted else { throw error }
            try await note(.refused, error.message)
            throw error
        }
    }
}

extension SagaV1.OperatorRequest {
    fileprivate func approved(by operator: OperatorIdentity, at now: Timestamp) -> Self {
        var request = self
        request.approvedBy = `operator`.text
        request.approvedAtUs = now.microseconds
        return request
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
