internal import FXCore
internal import Messages
internal import Money
internal import RPC

extension FXHandler {
    /// All rates of the last publication on or before a day, by currency.
    func listRates(
        _ request: FXV1.ListRatesRequest, context: CallContext
    ) async throws -> FXV1.ListRatesResponse {
        let publication = try await self.publication(on: request.on)
        let rates = publication.rates.sorted { $0.key < $1.key }
        return FXV1.ListRatesResponse(
            rates: rates.map { FXV1.Rate($0.key, $0.value, of: publication) })
    }
}
