internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import RefundCore
internal import ServiceKit

extension Refund {
    var wire: RefundV1.Refund {
        RefundV1.Refund(
            id: self.id.description, paymentID: self.request.paymentID.description,
            chargeID: self.request.chargeID.description, merchantID: self.request.merchantID,
            amount: self.request.amount.wire, settlement: self.request.settlement.wire,
            status: RefundV1.RefundStatus(name: self.status.rawValue) ?? .unspecified,
            reason: self.request.reason?.rawValue ?? "", failureReason: self.failureReason,
            metadata: self.request.metadata.entries.map {
                CommonV1.KeyValue(key: $0.key, value: $0.value)
            },
            createdAtUs: self.createdAt.microseconds, updatedAtUs: self.updatedAt.microseconds,
            sagaID: self.request.sagaID.description)
    }
}
