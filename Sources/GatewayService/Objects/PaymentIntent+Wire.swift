internal import GatewayCore
internal import Messages

extension PaymentIntent {
    /// A payment as its merchant sees it.
    init(_ payment: PaymentV1.Payment, _ merchant: Merchant) {
        let amount = payment.amount ?? CommonV1.Money()
        self.init(
            id: payment.id, isLive: merchant.isLive, amount: amount.minorUnits,
            currency: amount.currency.lowercased(), status: payment.status.description,
            captureMethod: payment.captureMethod == .manual ? "manual" : "automatic",
            amountCapturable: payment.amountCapturable, amountReceived: payment.amountReceived,
            clientSecret: ClientSecret.of(payment.id, merchant.account),
            created: payment.createdAtUs.seconds,
            canceledAt: payment.canceledAtUs == 0 ? nil : payment.canceledAtUs.seconds,
            cancellationReason: payment.cancellationReason.nonEmpty,
            customer: payment.customerID.nonEmpty, description: payment.description.nonEmpty,
            latestCharge: payment.latestCharge?.id.nonEmpty,
            lastError: payment.lastFailure.map { Failure($0, of: payment, merchant) },
            paymentMethod: payment.shownMethod, nextAction: payment.nextAction.nonEmpty,
            settlementCurrency: payment.settlementCurrency.lowercased().nonEmpty,
            quote: payment.quoteID.nonEmpty, metadata: payment.metadata.pairs)
    }
}

extension PaymentIntent.Failure {
    fileprivate init(
        _ failure: PaymentV1.PaymentFailure, of payment: PaymentV1.Payment, _ merchant: Merchant
    ) {
        let charge = payment.latestCharge
        let method = TestCard.all[charge?.paymentMethod ?? ""].map { card in
            PaymentMethod(
                id: charge?.paymentMethodID.nonEmpty ?? card.name, isLive: merchant.isLive,
                created: charge?.createdAtUs.seconds ?? 0, card: card,
                customer: payment.customerID.nonEmpty)
        }
        self.init(
            code: failure.code, declineCode: failure.declineCode.nonEmpty,
            message: failure.message, chargeID: failure.chargeID.nonEmpty, paymentMethod: method)
    }
}

extension PaymentV1.Payment {
    /// What it will be tried with: after a refusal another method is needed, so there is none.
    var shownMethod: String? {
        guard self.status != .requiresPaymentMethod else { return nil }
        return self.paymentMethodID.nonEmpty ?? self.paymentMethod.nonEmpty
    }

    /// Whether amount and payment method may still be changed.
    var isOpen: Bool {
        [.requiresPaymentMethod, .requiresConfirmation, .requiresAction].contains(self.status)
    }
}

extension String {
    var nonEmpty: String? { self.isEmpty ? nil : self }
}

extension Int64 {
    /// Microseconds as whole seconds.
    var seconds: Int64 { self / 1_000_000 }
}

extension [CommonV1.KeyValue] {
    var pairs: [(key: String, value: String)] { self.map { ($0.key, $0.value) } }

    init(_ pairs: [(key: String, value: String)]) {
        self = pairs.map { CommonV1.KeyValue(key: $0.key, value: $0.value) }
    }
}
