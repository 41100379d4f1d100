internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import Stubs

/// Checks of a request's fields. Each throws INVALID_ARGUMENT with the field named, before
/// anything is stored.
enum Validation {
    static func idempotencyKey(_ key: String) throws(RPCError) {
        guard (1...255).contains(key.count), !key.contains("\0") else {
            throw .invalidArgument(
                field: "idempotency_key",
                "must have 1 to 255 characters, none of them U+0000; take a random one")
        }
    }

    static func paymentID(_ text: String) throws(RPCError) -> PaymentID {
        do throws(IdentifierError) {
            return try PaymentID(parsing: text)
        } catch {
            throw .invalidArgument(field: "payment_id", "\(error)")
        }
    }

    static func sagaID(_ text: String) throws(RPCError) -> SagaID {
        do throws(IdentifierError) {
            return try SagaID(parsing: text)
        } catch {
            throw .invalidArgument(field: "saga_id", "\(error)")
        }
    }

    static func operatorRequestID(_ text: String) throws(RPCError) -> OperatorRequestID {
        do throws(IdentifierError) {
            return try OperatorRequestID(parsing: text)
        } catch {
            throw .invalidArgument(field: "request_id", "\(error)")
        }
    }

    /// Why an operator does something: kept for good.
    static func orderReason(_ text: String) throws(RPCError) -> String {
        guard (1...500).contains(text.unicodeScalars.count), !text.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: "reason", "must have 1 to 500 characters, none of them U+0000")
        }
        return text
    }

    static func evidence(_ evidence: SagaV1.Evidence?) throws(RPCError) -> SagaV1.Evidence {
        guard let evidence, (1...255).contains(evidence.reference.unicodeScalars.count),
            !evidence.reference.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: "evidence.reference", "must be the operation's key at the acquirer")
        }
        guard [.approved, .declined, .absent].contains(evidence.outcome) else {
            throw .invalidArgument(
                field: "evidence.outcome", "must be approved, declined or absent")
        }
        guard evidence.code.isEmpty || evidence.outcome == .declined, evidence.code.count <= 100,
            !evidence.code.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: "evidence.code", "tells why it was declined, in at most 100 characters")
        }
        return evidence
    }

    static func adjustment(
        _ adjustment: SagaV1.Adjustment?
    ) throws(RPCError) -> SagaV1.Adjustment {
        guard let adjustment, adjustment.amount != nil else {
            throw .invalidArgument(field: "adjustment.amount", "must be given")
        }
        try amount(adjustment.amount)
        for (field, name) in [
            ("debit_account", adjustment.debitAccount),
            ("credit_account", adjustment.creditAccount),
        ] {
            guard (1...255).contains(name.unicodeScalars.count),
                !name.unicodeScalars.contains("\0")
            else {
                throw .invalidArgument(
                    field: "adjustment.\(field)", "must be an account's name, like merchant:acme")
            }
        }
        guard adjustment.debitAccount != adjustment.creditAccount else {
            throw .invalidArgument(
                field: "adjustment.credit_account", "must be another account than the debited one")
        }
        if !adjustment.paymentID.isEmpty { _ = try paymentID(adjustment.paymentID) }
        return adjustment
    }

    static func amount(_ amount: CommonV1.Money?) throws(RPCError) {
        guard let amount else { return }
        do throws(MoneyError) {
            _ = try Currency.named(amount.currency)
        } catch {
            throw .invalidArgument(field: "amount.currency", "\(error)")
        }
        guard amount.minorUnits > 0 else {
            throw .invalidArgument(
                field: "amount.minor_units",
                "must be positive; leave the amount out for all there is",
                reason: .amountTooSmall)
        }
    }

    static func reason(_ reason: String, among known: [String]) throws(RPCError) {
        guard reason.isEmpty || known.contains(reason) else {
            throw .invalidArgument(
                field: "reason", "must be empty or one of \(known.joined(separator: ", "))")
        }
    }

    static func metadata(_ metadata: [CommonV1.KeyValue]) throws(RPCError) {
        guard metadata.count <= 50 else {
            throw .invalidArgument(field: "metadata", "must have at most 50 keys")
        }
        guard Set(metadata.map(\.key)).count == metadata.count else {
            throw .invalidArgument(field: "metadata", "has a key twice")
        }
        for entry in metadata {
            guard (1...40).contains(entry.key.count),
                !entry.key.contains(where: { "[]\0".contains($0) })
            else {
                throw .invalidArgument(
                    field: "metadata.key", "must have 1 to 40 characters and no square brackets")
            }
            guard entry.value.count <= 500, !entry.value.contains("\0") else {
                throw .invalidArgument(
                    field: "metadata.value", "must have at most 500 characters")
            }
        }
    }
}

extension FrontDoor {
    /// Checks that an amount is in the payment's currency.
    ///
    /// - Throws: ``RPCError``: INVALID_ARGUMENT for another one, NOT_FOUND without the payment.
    func checkCurrency(
        of amount: CommonV1.Money?, payment id: String, _ options: CallOptions
    ) async throws {
        guard let amount else { return }
        let answer = try await participants.payment.getPayment(
            PaymentV1.GetPaymentRequest(paymentID: id), options: options)
        guard let currency = answer.payment?.amount?.currency, currency != amount.currency else {
            return
        }
        throw RPCError.invalidArgument(
            field: "amount.currency", "must be the payment's currency, \(currency)")
    }
}
