internal import Identifiers
internal import LedgerCore
internal import ServiceKit

/// The ids that requests name: what must be loaded before they can be decided.
struct LedgerNeeds: Sendable {
    private(set) var accountIDs: Set<UUID128> = []
    /// New transfers, to tell repeats, and pending ones that are to be settled.
    private(set) var transferIDs: Set<UUID128> = []
    /// Transfers whose accounts are needed though the requests do not name them.
    private(set) var settledIDs: Set<UUID128> = []
    /// New transfers, whose id may be spent.
    private(set) var newTransferIDs: Set<UUID128> = []
    private(set) var accountNames: [(name: String, currency: String)] = []
    private(set) var operations: [Operation] = []

    init(_ requests: [LedgerRequest]) {
        for request in requests {
            switch request {
            case .createAccounts(let accounts): self.add(accounts)
            case .createTransfers(let transfers, let operation):
                self.add(transfers)
                if let operation { self.operations.append(operation) }
            case .expire(let ids):
                self.transferIDs.formUnion(ids)
                self.settledIDs.formUnion(ids)
            }
        }
    }

    private mutating func add(_ accounts: [Account]) {
        for account in accounts {
            self.accountIDs.insert(account.id)
            // No currency has U+0000 in its code, and PostgreSQL would refuse the whole batch.
            guard !account.currency.utf8.contains(0) else { continue }
            self.accountNames.append((account.name, account.currency))
        }
    }

    private mutating func add(_ transfers: [Transfer]) {
        for transfer in transfers {
            self.transferIDs.insert(transfer.id)
            self.newTransferIDs.insert(transfer.id)
            if transfer.resolvesPending {
                self.transferIDs.insert(transfer.pendingID)
                self.settledIDs.insert(transfer.pendingID)
            } else {
                self.accountIDs.insert(transfer.debitAccountID)
                self.accountIDs.insert(transfer.creditAccountID)
            }
        }
    }
}
