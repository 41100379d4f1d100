package import Identifiers
package import Messages
package import RPC
package import ReconciliationCore
package import Stubs
internal import TLS

/// Asks the services for what they have of a payment.
package struct PaymentReader: Sendable {
    package let payments: PaymentServiceClient
    package let refunds: RefundServiceClient
    package let ledger: LedgerServiceClient
    /// The longest that one call waits.
    package let timeout: Duration

    package init(
        payments: PaymentServiceClient, refunds: RefundServiceClient, ledger: LedgerServiceClient,
        timeout: Duration
    ) {
        self.payments = payments
        self.refunds = refunds
        self.ledger = ledger
        self.timeout = timeout
    }

    package var options: CallOptions { CallOptions(timeout: self.timeout) }

    /// Reads a payment whole; what is in the ledger under its id also when there is no payment.
    package func life(of id: PaymentID) async throws -> PaymentLife {
        let entries = try await self.entries(of: id)
        guard let found = try await self.payment(id.description), let payment = found.payment
        else { return PaymentLife(id: id, payment: nil, operations: [], entries: entries) }
        let capture = try Movement(captureOf: payment, events: found.events)
        let refunds = try await self.refunds(of: id.description).compactMap(Movement.init)
        return PaymentLife(
            id: id, payment: payment, operations: (capture.map { [$0] } ?? []) + refunds,
            entries: entries)
    }

    private func payment(_ id: String) async throws -> PaymentV1.GetPaymentResponse? {
        do {
            return try await self.payments.getPayment(
                PaymentV1.GetPaymentRequest(paymentID: id), options: self.options)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    private func refunds(of paymentID: String) async throws -> [RefundV1.Refund] {
        var refunds: [RefundV1.Refund] = []
        try await Pages.each {
            try await self.refunds.listRefunds(
                RefundV1.ListRefundsRequest(page: $0, paymentID: paymentID),
                options: self.options)
        } next: {
            $0.page
        } take: {
            refunds += $0.refunds
            return true
        }
        return refunds
    }

    private func entries(of payment: PaymentID) async throws -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        let userData = LedgerV1.Uint128(high: payment.uuid.high, low: payment.uuid.low)
        try await Pages.each {
            try await self.ledger.listTransfers(
                LedgerV1.ListTransfersRequest(page: $0, userData: userData),
                options: self.options)
        } next: {
            $0.page
        } take: { page in
            entries += try page.transfers.compactMap {
                try LedgerEntry($0, of: payment)
            }
            return true
        }
        return entries
    }
}

extension AcquirerServiceClient {
    /// Everything that was settled, a page at a time, oldest first.
    package func eachSettled(
        _ request: AcquirerV1.ListSettledRequest, options: CallOptions,
        take: ([SettledLine]) async throws -> Void
    ) async throws {
        try await Pages.each { page in
            var request = request
            request.page = page
            return try await self.listSettled(request, options: options)
        } next: {
            $0.page
        } take: {
            try await take(try $0.settled.map { try SettledLine($0) })
            return true
        }
    }
}
