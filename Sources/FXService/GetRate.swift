internal import FXCore
internal import Messages
internal import Money
internal import RPC

extension FXHandler {
    /// The rate of one currency in the last publication on or before a day; 1 for the euro.
    func getRate(
        _ request: FXV1.GetRateRequest, context: CallContext
    ) async throws -> FXV1.GetRateResponse {
        let currency = try currency(request.currency, field: "currency")
        let publication = try await self.publication(on: request.on)
        let rate = try translatingFXErrors { () throws(FXError) in
            try publication.factor(of: currency)
        }
        return FXV1.GetRateResponse(rate: .init(currency, rate, of: publication))
    }
}
