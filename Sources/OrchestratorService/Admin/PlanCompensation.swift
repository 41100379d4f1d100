internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Stubs
internal import TLS

extension SagaAdmin {
    /// What undoing a saga would come to: its steps from its row, the money from the ledger.
    func planCompensation(
        _ request: SagaV1.PlanCompensationRequest, context: CallContext
    ) async throws -> SagaV1.PlanCompensationResponse {
        let id = try Validation.sagaID(request.sagaID)
        let rows = try await database.query(
            "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1", [.uuid(id.uuid)])
        guard let row = rows.first else { throw RPCError.notFound("There is no saga \(id).") }
        let saga = try LockedSaga(row, flows)
        var plan = SagaV1.CompensationPlan(saga)
        if plan.undone.contains(where: { $0.step == "hold" }) {
            plan.movements = try await self.heldMoney(of: id, context.options())
        }
        return SagaV1.PlanCompensationResponse(plan: plan)
    }

    /// What the ledger holds for the saga now: its transfers' ids follow from its own.
    private func heldMoney(
        of saga: SagaID, _ options: CallOptions
    ) async throws -> [SagaV1.PlannedMovement] {
        let ids = (0..<UInt8(SettlementLines.most)).map { line in
            LedgerV1.Uint128(
                saga.transferID(step: LedgerChain.Step.hold.rawValue, line: line))
        }
        let found = try await participants.ledger.lookupTransfers(
            LedgerV1.LookupTransfersRequest(ids: ids), options: options
        ).transfers.filter { $0.pendingStatus == .pending }
        var movements: [MovementKey: SagaV1.PlannedMovement] = [:]
        for record in found {
            let currency = record.transfer?.currency ?? ""
            let debit = MovementKey(currency: currency, account: record.debitAccountName)
            let credit = MovementKey(currency: currency, account: record.creditAccountName)
            movements[debit, default: debit.empty].debitsReleased += record.amount
            movements[credit, default: credit.empty].creditsReleased += record.amount
        }
        return movements.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// How many lines a hold can have.
private enum SettlementLines {
    static let most = 16
}

private struct MovementKey: Hashable, Comparable {
    let currency: String
    let account: String

    var empty: SagaV1.PlannedMovement {
        SagaV1.PlannedMovement(account: account, currency: currency)
    }

    static func < (left: MovementKey, right: MovementKey) -> Bool {
        (left.currency, left.account) < (right.currency, right.account)
    }
}

extension SagaV1.CompensationPlan {
    /// The plan without what moves in the ledger.
    init(_ locked: LockedSaga) {
        let record = locked.record
        let definition = record.saga.definition
        var ordered = record.saga
        _ = try? ordered.receive(.claimed(epoch: ordered.epoch + 1))
        let transition = try? ordered.receive(.compensationOrdered(reason: ""))
        let doubt = record.saga.stepInDoubt
        let isRefused = transition?.durability != .required
        let isUndone = { (step: Int) in
            !isRefused && definition.steps[step].kind == .compensatable
        }
        let effects = record.saga.remainingEffects
        let stays = Set(
            effects.filter { !isUndone($0.step) }.map { definition.steps[$0.step].name })
        self.init(
            sagaID: record.id.description, hash: locked.planHash,
            undone: effects.reversed().filter { isUndone($0.step) }.map { effect in
                let name = definition.steps[effect.step].name
                return SagaV1.PlannedUndo(
                    step: name, isCertain: effect.certainty == .done,
                    waitsForDoubt: doubt != nil, effect: StepEffect.undoing(name))
            },
            notUndone: record.remainingEffects.filter { stays.contains($0.step) },
            objection: isRefused ? record.saga.objectionToCompensation : "")
    }
}

extension Saga {
    /// Why an operator cannot have it undone.
    fileprivate var objectionToCompensation: String {
        if status.isFinal { return "it has ended" }
        if snapshot.isBackward || failure != nil { return "it is being undone already" }
        return "it has stored the intent of \(definition.steps[definition.pivot].name), "
            + "which cannot be undone"
    }
}

extension LockedSaga {
    /// 64 hexadecimal digits: of the saga as it stands.
    var planHash: String {
        let hash = sha256(Array("compensate/".utf8) + fingerprint)
        return hash.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
