import Identifiers
import Messages
import RPC
import Stubs

/// What the ledger holds for one payment, added up from its transfers: not from balances, which
/// other payments move at the same time.
struct Postings: Equatable, CustomStringConvertible {
    /// Posted credits less posted debits, by "account/CCY", in minor units; zeros are left out.
    private(set) var posted: [String: Int64] = [:]
    /// Credits less debits still held.
    private(set) var held: [String: Int64] = [:]

    init(_ transfers: [LedgerV1.TransferRecord]) {
        for record in transfers {
            guard let transfer = record.transfer else { continue }
            let flags = LedgerV1.TransferFlag(rawValue: Int32(transfer.flags & ~1))
            switch flags {
            case .pending where record.pendingStatus == .pending:
                Self.move(record, transfer.currency, in: &self.held)
            case .pending, .voidPending:
                continue
            default:
                Self.move(record, transfer.currency, in: &self.posted)
            }
        }
    }

    private static func move(
        _ record: LedgerV1.TransferRecord, _ currency: String, in sums: inout [String: Int64]
    ) {
        for (name, change) in [
            (record.debitAccountName, -record.amount), (record.creditAccountName, record.amount),
        ] {
            let key = "\(name)/\(currency)"
            let sum = sums[key, default: 0] + change
            sums[key] = sum == 0 ? nil : sum
        }
    }

    /// Whether all accounts together are zero in each currency.
    var isBalanced: Bool {
        [self.posted, self.held].allSatisfy { sums in
            var byCurrency: [Substring: Int64] = [:]
            for (key, sum) in sums {
                byCurrency[key.split(separator: "/").last ?? "", default: 0] += sum
            }
            return byCurrency.values.allSatisfy { $0 == 0 }
        }
    }

    var description: String { "posted \(self.posted), held \(self.held)" }
}

extension RunningSystem {
    func postings(of paymentID: String) async throws -> Postings {
        let uuid = try PaymentID(parsing: paymentID).uuid
        var request = LedgerV1.ListTransfersRequest(
            page: .init(limit: 100), userData: .init(high: uuid.high, low: uuid.low))
        var transfers: [LedgerV1.TransferRecord] = []
        while true {
            let response = try await self.ledger.listTransfers(request)
            transfers += response.transfers
            guard let cursor = response.page?.nextCursor, !cursor.isEmpty else { break }
            request.page = .init(limit: 100, cursor: cursor)
        }
        return Postings(transfers)
    }

    /// What the card network did for a payment, oldest first.
    func effects(of paymentID: String) async throws -> [AcquirerV1.Effect] {
        try await self.acquirer.listEffects(
            .init(page: .init(limit: 100), referencePrefix: paymentID + "/")
        ).effects.reversed()
    }
}
