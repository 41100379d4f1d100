internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import Wire

/// A service whose changes merchants are told of.
struct EventSource: Sendable {
    /// "payment"
    let name: String
    let outbox: OutboxServiceClient
    /// The changes that a batch holds.
    let read: @Sendable ([UInt8]) throws -> [SourceChange]
}

/// A change of an object that a service owns.
struct SourceChange: Sendable {
    /// What the service knows the merchant by.
    let merchantID: String
    /// What the merchant is told.
    let events: @Sendable (Merchant) -> [NewEvent]
}

extension EventSource {
    static func payments(_ channel: any Channel) -> EventSource {
        EventSource(name: "payment", outbox: OutboxServiceClient(channel)) { bytes in
            try PaymentV1.PaymentChanges(decoding: bytes).changes.compactMap { change in
                guard let payment = change.payment else { return nil }
                return SourceChange(merchantID: payment.merchantID) { merchant in
                    change.events(of: payment, merchant)
                }
            }
        }
    }

    static func refunds(_ channel: any Channel) -> EventSource {
        EventSource(name: "refund", outbox: OutboxServiceClient(channel)) { bytes in
            try RefundV1.RefundChanges(decoding: bytes).changes.compactMap { change in
                guard let refund = change.refund else { return nil }
                return SourceChange(merchantID: refund.merchantID) { merchant in
                    change.events(of: refund, merchant)
                }
            }
        }
    }
}

extension PaymentV1.PaymentChange {
    /// Events that merchants are not told of, of freezes, change nothing that is shown to them.
    fileprivate func events(of payment: PaymentV1.Payment, _ merchant: Merchant) -> [NewEvent] {
        guard let id = PaymentID(payment.id) else { return [] }
        return zip(self.firstSequence..., self.types).compactMap { number, name in
            guard let type = EventType(rawValue: name) else { return nil }
            let object: (any APIObject)? =
                name.hasPrefix("charge.")
                ? Charge(payment.chargeRecord, merchant) : PaymentIntent(payment, merchant)
            return object.map { object in
                NewEvent(
                    type, of: id.uuid, number: number,
                    at: Timestamp(microseconds: payment.updatedAtUs), scope: merchant.scope,
                    object: object, before: self.previous.map { PaymentIntent($0, merchant) })
            }
        }
    }
}

extension PaymentV1.Payment {
    /// Its latest charge, as the service tells of charges.
    fileprivate var chargeRecord: PaymentV1.ChargeRecord {
        PaymentV1.ChargeRecord(
            charge: self.latestCharge, paymentID: self.id, merchantID: self.merchantID,
            customerID: self.customerID, description: self.description, metadata: self.metadata)
    }
}

extension RefundV1.RefundChange {
    fileprivate func events(of refund: RefundV1.Refund, _ merchant: Merchant) -> [NewEvent] {
        guard let id = RefundID(refund.id) else { return [] }
        return zip(self.firstSequence..., self.types).compactMap { number, name in
            EventType(rawValue: name).map { type in
                NewEvent(
                    type, of: id.uuid, number: number,
                    at: Timestamp(microseconds: refund.updatedAtUs), scope: merchant.scope,
                    object: Refund(refund), before: self.previous.map { Refund($0) })
            }
        }
    }
}
