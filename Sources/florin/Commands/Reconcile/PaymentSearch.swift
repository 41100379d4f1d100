internal import Identifiers
internal import Messages
internal import RPC
internal import ReconciliationCore
internal import ReconciliationReading
internal import Stubs
internal import TLS

/// Which payments a reconciliation has to read: those captured or refunded in the period, as far
/// as the services know, those that the file's lines lead to, and those that the ledger's transfers
/// name.
struct PaymentSearch {
    let reader: PaymentReader
    let period: Range<Timestamp>
    let lookBack: Duration
    let progress: Progress

    struct Found {
        /// Oldest first.
        var payments: [PaymentID]
        /// Transfers that name no payment: nothing else leads to them.
        var strays: [LedgerEntry]
    }

    func find(for file: SettlementFile) async throws -> Found {
        let known = try await self.captured().union(try await self.refunded())
            .union(file.lines.map(\.paymentID))
        var payments = Set(known.compactMap { try? PaymentID(parsing: $0) })
        var strays: [LedgerEntry] = []
        try await AcquirerJournal(self.reader).each(in: self.period) { lines in
            for line in lines {
                if let payment = line.payment {
                    payments.insert(payment)
                } else {
                    strays.append(line.entry)
                }
            }
            self.progress.tell("found \(payments.count) payments in the ledger")
        }
        return Found(
            payments: payments.sorted { $0.description < $1.description }, strays: strays)
    }

    /// Newest first, so the reading ends with the first that is too old.
    private func captured() async throws -> Set<String> {
        let oldest = (self.period.lowerBound - self.lookBack).microseconds
        var ids: Set<String> = []
        try await Pages.each {
            try await self.reader.payments.listPayments(
                PaymentV1.ListPaymentsRequest(page: $0, status: .succeeded),
                options: self.reader.options)
        } next: {
            $0.page
        } take: { page in
            for payment in page.payments where payment.createdAtUs >= oldest {
                if payment.createdAtUs < self.period.upperBound.microseconds {
                    ids.insert(payment.id)
                }
            }
            self.progress.tell("found \(ids.count) payments")
            return page.payments.last.map { $0.createdAtUs >= oldest } ?? false
        }
        return ids
    }

    private func refunded() async throws -> Set<String> {
        let oldest = (self.period.lowerBound - self.lookBack).microseconds
        var ids: Set<String> = []
        try await Pages.each {
            try await self.reader.refunds.listRefunds(
                RefundV1.ListRefundsRequest(page: $0), options: self.reader.options)
        } next: {
            $0.page
        } take: { page in
            for refund in page.refunds where refund.createdAtUs >= oldest {
                if refund.createdAtUs < self.period.upperBound.microseconds {
                    ids.insert(refund.paymentID)
                }
            }
            self.progress.tell("found \(ids.count) refunded payments")
            return page.refunds.last.map { $0.createdAtUs >= oldest } ?? false
        }
        return ids
    }
}
