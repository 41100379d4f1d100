package import Identifiers
internal import Messages
package import RPC
internal import ReconciliationReading
package import Stubs

// What each service has to tell. Lists are read to their ends.

extension PaymentStory {
    package static func lines(
        of payment: PaymentID, from admin: SagaAdminServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        var sagas: [SagaV1.Saga] = []
        try await Pages.each { page in
            try await admin.listSagas(
                SagaV1.ListSagasRequest(page: page, paymentID: payment.description),
                options: options)
        } next: {
            $0.page
        } take: {
            sagas += $0.sagas
            return true
        }
        var lines: [Line] = []
        for saga in sagas {
            lines += Self.lines(
                of: try await admin.showSaga(
                    SagaV1.ShowSagaRequest(sagaID: saga.id), options: options))
        }
        return lines
    }

    package static func lines(
        of payment: PaymentID, from payments: PaymentServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        let found = try await payments.getPayment(
            PaymentV1.GetPaymentRequest(paymentID: payment.description), options: options)
        let asked = try await payments.listAttempts(
            PaymentV1.ListAttemptsRequest(paymentID: payment.description), options: options)
        return Self.lines(of: found) + Self.lines(of: asked.attempts)
    }

    package static func lines(
        of refunds: [String], from client: RefundServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        var lines: [Line] = []
        for id in refunds {
            let asked = try await client.listAttempts(
                RefundV1.ListAttemptsRequest(refundID: id), options: options)
            lines += Self.lines(of: asked.attempts)
        }
        return lines
    }

    package static func lines(
        of payment: PaymentID, from acquirer: AcquirerServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        var lines: [Line] = []
        try await Pages.each { page in
            try await acquirer.listEffects(
                AcquirerV1.ListEffectsRequest(page: page, referencePrefix: "\(payment)/"),
                options: options)
        } next: {
            $0.page
        } take: {
            lines += $0.effects.map { Line($0) }
            return true
        }
        return lines
    }

    package static func lines(
        of payment: PaymentID, from ledger: LedgerServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        let number = LedgerV1.Uint128(high: payment.uuid.high, low: payment.uuid.low)
        var lines: [Line] = []
        try await Pages.each { page in
            try await ledger.listTransfers(
                LedgerV1.ListTransfersRequest(page: page, userData: number, oldestFirst: true),
                options: options)
        } next: {
            $0.page
        } take: {
            lines += $0.transfers.map { Line($0) }
            return true
        }
        return lines
    }

    package static func lines(
        of quotes: [String], from fx: FXServiceClient, _ options: CallOptions
    ) async throws -> [Line] {
        var lines: [Line] = []
        for id in quotes {
            let found = try await fx.getQuote(
                FXV1.GetQuoteRequest(quoteID: id), options: options)
            if let quote = found.quote { lines.append(Line(quote)) }
        }
        return lines
    }
}
