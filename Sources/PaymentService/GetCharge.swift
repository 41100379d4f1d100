internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension Payments {
    func getCharge(
        _ request: PaymentV1.GetChargeRequest, context: CallContext
    ) async throws -> PaymentV1.GetChargeResponse {
        let id = try ChargeID(request.chargeID, field: "charge_id")
        guard let found = try await self.store.charge(id) else {
            throw RPCError.notFound("there is no charge of this id")
        }
        return PaymentV1.GetChargeResponse(charge: found.wire)
    }
}
