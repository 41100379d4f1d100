internal import Identifiers
internal import Messages
internal import Money
internal import SettlementCore

/// The transfers of one step: one chain, of which all happen or none does.
///
/// A transfer's id is made of the saga that makes it, its step and its line, so that a repeat
/// finds it there.
struct LedgerChain: Sendable {
    /// Part of the ids: never renumbered.
    enum Step: UInt8 {
        case hold = 1
        case release = 2
        case post = 3
    }

    private(set) var transfers: [LedgerV1.Transfer] = []
    /// The lines that are not yet there: their accounts may be missing.
    private(set) var newLines: [SettlementLine] = []
    private let saga: SagaID
    private let step: Step
    private let payment: PaymentID

    private init(saga: SagaID, step: Step, payment: PaymentID) {
        self.saga = saga
        self.step = step
        self.payment = payment
    }

    /// Sets the lines' amounts aside.
    static func hold(
        _ lines: [SettlementLine], by saga: SagaID, for payment: PaymentID
    ) -> LedgerChain {
        var chain = LedgerChain(saga: saga, step: .hold, payment: payment)
        for line in lines { chain.append(line, .pending, amount: line.amount.minorUnits) }
        chain.newLines = lines
        return chain.linked()
    }

    /// Does to lines held earlier what the steps say.
    ///
    /// - Parameters:
    ///   - held: The lines as they were held.
    ///   - holder: The saga that held them.
    static func settle(
        _ held: [SettlementLine], of holder: SagaID, with steps: [PostStep], as step: Step,
        by saga: SagaID, for payment: PaymentID
    ) -> LedgerChain {
        var chain = LedgerChain(saga: saga, step: step, payment: payment)
        for step in steps {
            switch step {
            case .post(let index, let amount):
                chain.append(
                    held[index], .postPending, amount: amount.minorUnits,
                    pending: holder.transferID(step: Step.hold.rawValue, line: UInt8(index)))
            case .void(let index):
                chain.append(
                    held[index], .voidPending, amount: 0,
                    pending: holder.transferID(step: Step.hold.rawValue, line: UInt8(index)))
            case .direct(let line):
                chain.append(line, .unspecified, amount: line.amount.minorUnits)
                chain.newLines.append(line)
            }
        }
        return chain.linked()
    }

    private mutating func append(
        _ line: SettlementLine, _ flag: LedgerV1.TransferFlag, amount: Int64,
        pending: UUID128? = nil
    ) {
        let currency = line.amount.currency.code
        let id = saga.transferID(step: step.rawValue, line: UInt8(transfers.count))
        transfers.append(
            LedgerV1.Transfer(
                id: LedgerV1.Uint128(id),
                debitAccountID: LedgerV1.Uint128(
                    AccountDirectory.id(of: line.debit, currency: currency)),
                creditAccountID: LedgerV1.Uint128(
                    AccountDirectory.id(of: line.credit, currency: currency)),
                amount: amount, currency: currency, pendingID: pending.map { .init($0) },
                flags: UInt32(flag.rawValue), code: line.code,
                userData: LedgerV1.Uint128(payment.uuid)))
    }

    /// Every transfer but the last happens only if the next one does.
    private func linked() -> LedgerChain {
        var chain = self
        for index in chain.transfers.indices.dropLast() {
            chain.transfers[index].flags |= UInt32(LedgerV1.TransferFlag.linked.rawValue)
        }
        return chain
    }
}
