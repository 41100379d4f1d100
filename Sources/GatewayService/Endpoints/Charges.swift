internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Stubs

extension API {
    func retrieveCharge(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .charge)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            guard let charge = Charge(try await charge(id, caller), caller.merchant) else {
                throw APIError.missing("charge", id)
            }
            return try await answer(charge, expansion, caller)
        }
    }

    func listCharges(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let customer = try call.parameters.text("customer", length: 1...255)
        let intent = try call.parameters.paymentIntentFilter()
        let (page, newerThan) = try query.page(ChargeID.self, kind: "charge")
        let expansion = try call.parameters.expansion(of: .charge, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await payments.listCharges(
                PaymentV1.ListChargesRequest(
                    page: page, merchantID: caller.merchantID, paymentID: intent ?? "",
                    customerID: customer ?? "", createdFromUs: query.created.fromMicroseconds,
                    createdToUs: query.created.toMicroseconds, newerThan: newerThan),
                options: options)
            return try await answer(
                ObjectList(
                    found.charges.compactMap { Charge($0, caller.merchant) },
                    hasMore: found.page?.nextCursor.isEmpty == false, url: "/v1/charges"),
                expansion, caller)
        }
    }
}

extension Parameters {
    /// - Throws: `resource_missing` for what is no payment's id.
    mutating func paymentIntentFilter() throws(APIError) -> String? {
        guard let id = try self.text("payment_intent", length: 1...255) else { return nil }
        guard PaymentID(id) != nil else {
            throw .missing("payment_intent", id, param: "payment_intent")
        }
        return id
    }
}
