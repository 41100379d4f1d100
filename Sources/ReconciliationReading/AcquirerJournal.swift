package import Identifiers
internal import Messages
package import ReconciliationCore
internal import Stubs
internal import TLS

/// What went through the ledger's accounts `acquirer`, whatever payment it names.
package struct AcquirerJournal: Sendable {
    private let reader: PaymentReader

    package init(_ reader: PaymentReader) {
        self.reader = reader
    }

    /// A transfer, with the payment that it names.
    package struct Line: Sendable {
        package let payment: PaymentID?
        package let entry: LedgerEntry
    }

    /// All of a period, a page at a time, newest first in each currency.
    package func each(
        in period: Range<Timestamp>, take: ([Line]) async throws -> Void
    ) async throws {
        for account in try await self.accounts() {
            try await Pages.each {
                try await self.reader.ledger.listTransfers(
                    LedgerV1.ListTransfersRequest(page: $0, accountID: account),
                    options: self.reader.options)
            } next: {
                $0.page
            } take: { page in
                try await take(try page.transfers.compactMap { try Self.line($0, in: period) })
                let oldest = page.transfers.last?.transfer?.createdAtUs ?? .min
                return oldest >= period.lowerBound.microseconds
            }
        }
    }

    private static func line(
        _ record: LedgerV1.TransferRecord, in period: Range<Timestamp>
    ) throws -> Line? {
        let userData = record.transfer?.userData ?? LedgerV1.Uint128()
        let isNamed = userData != LedgerV1.Uint128()
        let payment =
            isNamed
            ? PaymentID(uuid: UUID128(high: userData.high, low: userData.low)) : nil
        guard let entry = try LedgerEntry(record, of: payment), period.contains(entry.at) else {
            return nil
        }
        return Line(payment: payment, entry: entry)
    }

    /// One of each currency.
    private func accounts() async throws -> [LedgerV1.Uint128] {
        var ids: [LedgerV1.Uint128] = []
        try await Pages.each {
            try await self.reader.ledger.listAccounts(
                LedgerV1.ListAccountsRequest(page: $0, namePrefix: "acquirer"),
                options: self.reader.options)
        } next: {
            $0.page
        } take: { page in
            ids += page.accounts.filter { $0.name == "acquirer" }.compactMap(\.id)
            return true
        }
        return ids
    }
}
