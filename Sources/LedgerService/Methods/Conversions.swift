internal import Identifiers
internal import LedgerCore
internal import Messages

// Between the contract's messages and the core's values.

extension UUID128 {
    init(_ wire: LedgerV1.Uint128) {
        self.init(high: wire.high, low: wire.low)
    }

    /// An absent number is 0.
    init(_ wire: LedgerV1.Uint128?) {
        self = wire.map { UUID128($0) } ?? .zero
    }
}

extension LedgerV1.Uint128 {
    init(_ number: UUID128) {
        self.init(high: number.high, low: number.low)
    }

    /// 0 is left out.
    fileprivate static func optional(_ number: UUID128) -> LedgerV1.Uint128? {
        number == .zero ? nil : LedgerV1.Uint128(number)
    }
}

extension LedgerV1.ResultCode {
    init(_ code: ResultCode) {
        self.init(rawValue: code.rawValue)
    }
}

extension Account {
    init(_ wire: LedgerV1.Account) {
        self.init(
            id: UUID128(wire.id), name: wire.name, currency: CurrencyCode(wire.currency),
            flags: Flags(rawValue: wire.flags), userData: UUID128(wire.userData),
            balances: Balances(
                debitsPending: wire.debitsPending, debitsPosted: wire.debitsPosted,
                creditsPending: wire.creditsPending, creditsPosted: wire.creditsPosted),
            createdAt: Timestamp(microseconds: wire.createdAtUs))
    }
}

extension LedgerV1.Account {
    init(_ account: Account) {
        self.init(
            id: LedgerV1.Uint128(account.id), name: account.name,
            currency: "\(account.currency)", flags: account.flags.rawValue,
            debitsPending: account.balances.debitsPending,
            debitsPosted: account.balances.debitsPosted,
            creditsPending: account.balances.creditsPending,
            creditsPosted: account.balances.creditsPosted,
            createdAtUs: account.createdAt.microseconds, userData: .optional(account.userData))
    }
}

extension Transfer {
    init(_ wire: LedgerV1.Transfer) {
        self.init(
            id: UUID128(wire.id), debitAccountID: UUID128(wire.debitAccountID),
            creditAccountID: UUID128(wire.creditAccountID), amount: wire.amount,
            currency: CurrencyCode(wire.currency), pendingID: UUID128(wire.pendingID),
            flags: Flags(rawValue: wire.flags), code: wire.code,
            userData: UUID128(wire.userData), timeoutSeconds: wire.timeoutSeconds,
            createdAt: Timestamp(microseconds: wire.createdAtUs))
    }
}

extension LedgerV1.Transfer {
    init(_ transfer: Transfer) {
        self.init(
            id: LedgerV1.Uint128(transfer.id),
            debitAccountID: LedgerV1.Uint128(transfer.debitAccountID),
            creditAccountID: LedgerV1.Uint128(transfer.creditAccountID), amount: transfer.amount,
            currency: "\(transfer.currency)", pendingID: .optional(transfer.pendingID),
            flags: transfer.flags.rawValue, code: transfer.code,
            userData: .optional(transfer.userData),
            createdAtUs: transfer.createdAt.microseconds,
            timeoutSeconds: transfer.timeoutSeconds)
    }
}

extension LedgerV1.TransferRecord {
    init(_ record: TransferRecord) {
        self.init(
            transfer: LedgerV1.Transfer(record.transfer),
            pendingStatus: record.pending.map {
                LedgerV1.PendingStatus(rawValue: Int32($0.rawValue))
            } ?? .unspecified,
            amount: record.transfer.amount, debitAccountName: record.debitAccountName,
            creditAccountName: record.creditAccountName)
    }
}
