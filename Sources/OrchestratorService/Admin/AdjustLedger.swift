internal import Identifiers
internal import Messages
internal import Money
internal import Postgres
internal import RPC
internal import SagaCore
internal import SettlementCore
internal import Stubs

extension SagaAdmin {
    /// Stores that an operator wants money moved by hand, for another operator to approve.
    func adjustLedger(
        _ request: SagaV1.AdjustLedgerRequest, context: CallContext
    ) async throws -> SagaV1.AdjustLedgerResponse {
        let adjustment = try Validation.adjustment(request.adjustment)
        let reason = try Validation.orderReason(request.reason)
        try await self.checkAccounts(of: adjustment, context.options())
        let wish = OperatorWish(subject: .adjust(adjustment), reason: reason)
        return try await database.withTransaction { transaction in
            SagaV1.AdjustLedgerResponse(
                request: try await self.store(wish, of: context.operator.text, in: transaction))
        }
    }

    /// No account is opened by an adjustment: a name that is not there is a slip.
    private func checkAccounts(
        of adjustment: SagaV1.Adjustment, _ options: CallOptions
    ) async throws {
        let answer = try await participants.ledger.lookupAccounts(
            LedgerV1.LookupAccountsRequest(
                ids: [adjustment.debitAccountID, adjustment.creditAccountID]), options: options)
        let names = Set(answer.accounts.map(\.name))
        for name in [adjustment.debitAccount, adjustment.creditAccount]
        where !names.contains(name) {
            throw RPCError.notFound(
                "There is no account \(name) in \(adjustment.amount?.currency ?? "").")
        }
    }

    /// Moves the money of an adjustment that is approved.
    ///
    /// The transfer has the request's id, which was stored before: whoever is not told how it ended
    /// approves again, and the ledger answers that it is there.
    ///
    /// - Returns: The transfer's id.
    /// - Throws: FAILED_PRECONDITION (`ledger_refused`), which is final; anything else leaves the
    ///   request open.
    func carryOut(
        _ adjustment: SagaV1.Adjustment, _ wish: OperatorWish, of id: OperatorRequestID,
        context: CallContext
    ) async throws -> UUID128 {
        let answer = try await participants.ledger.createTransfers(
            LedgerV1.CreateTransfersRequest(transfers: [try adjustment.transfer(id.uuid)]),
            options: context.options())
        guard let result = answer.results.first else {
            throw BrokenContract("CreateTransfers answers one result for each transfer")
        }
        let isMade = result == .created || result == .exists
        try await self.close(
            wish, of: id, as: isMade ? .done : .refused, isMade ? wish.detail : "\(result)",
            by: context.operator.text)
        guard isMade else {
            throw RPCError.failedPrecondition(
                .ledgerRefused, "The ledger refused the transfer: \(result).")
        }
        return id.uuid
    }

    /// Notes once how an adjustment ended.
    private func close(
        _ wish: OperatorWish, of id: OperatorRequestID, as outcome: OperatorLine.Outcome,
        _ detail: String, by operator: String
    ) async throws {
        let now = clock.now()
        try await database.withTransaction { transaction in
            guard try await !OperatorLog.isClosed(id, in: transaction) else { return }
            let line = OperatorLine(
                operator: `operator`, action: .adjust, outcome: outcome, saga: nil, request: id,
                detail: detail)
            try await OperatorLog.append(line, at: now, in: transaction)
        }
    }
}

extension SagaV1.Adjustment {
    /// "5.00 USD from fees to merchant:acme for pi_…"
    var summary: String {
        let money = amount.flatMap { try? Money($0) }
        return "\(money.map { "\($0)" } ?? "") from \(debitAccount) to \(creditAccount)"
            + (paymentID.isEmpty ? "" : " for \(paymentID)")
    }

    var debitAccountID: LedgerV1.Uint128 { id(of: debitAccount) }
    var creditAccountID: LedgerV1.Uint128 { id(of: creditAccount) }

    private func id(of account: String) -> LedgerV1.Uint128 {
        LedgerV1.Uint128(
            AccountDirectory.id(ofAccountNamed: account, currency: amount?.currency ?? ""))
    }

    /// - Throws: `IdentifierError` for a payment's id that is none.
    func transfer(_ id: UUID128) throws -> LedgerV1.Transfer {
        let payment = paymentID.isEmpty ? nil : try PaymentID(parsing: paymentID)
        return LedgerV1.Transfer(
            id: LedgerV1.Uint128(id), debitAccountID: debitAccountID,
            creditAccountID: creditAccountID, amount: amount?.minorUnits ?? 0,
            currency: amount?.currency ?? "", code: TransferCode.adjustment.rawValue,
            userData: payment.map { LedgerV1.Uint128($0.uuid) })
    }
}
