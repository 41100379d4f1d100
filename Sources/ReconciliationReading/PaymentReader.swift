internal import Identifiers
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

    /// - Returns: `nil` when there is no such payment.
    package func life(of paymentID: String) async throws -> PaymentLife? {
        guard let id = try? PaymentID(parsing: paymentID),
            let found = try await self.payment(paymentID), let payment = found.payment
        else { return nil }
        let refunds = try await self.refunds(of: paymentID)
        let capture = try Movement(captureOf: payment, events: found.events)
        return PaymentLife(
            payment: payment,
            operations: (capture.map { [$0] } ?? []) + (try refunds.compactMap(Movement.init)),
            entries: try await self.entries(of: id))
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
                try LedgerEntry($0, of: payment.description)
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
