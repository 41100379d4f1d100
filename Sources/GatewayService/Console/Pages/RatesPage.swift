internal import ConsoleCore
internal import Messages
internal import RPC
internal import Stubs

extension Console {
    func rates() async -> Page {
        let live = await self.part("fx") {
            do {
                return try await self.fx.listRates(.init(), options: self.options).rates.table.html
            } catch let error as RPCError where error.reason == .rateNotFound {
                return .note(
                    "No rates were imported yet. The florin fx import command takes the ECB's file.",
                    .idle)
            }
        }
        return Page("Rates", .rates, live: live, refreshSeconds: 60)
    }
}

extension [FXV1.Rate] {
    fileprivate var table: Table {
        var table = Table(
            "Units of each currency for one euro, as published", .init("currency"),
            .number("for 1 EUR"), .init("published on"), .init("source").minor,
            empty: "There are none.")
        for rate in self {
            table.add(
                "\(rate.currency)", "\(rate.unitsPerEuro)", "\(rate.publishedOn)",
                rate.source == "sample" ? .pill("sample", .doubt) : "\(rate.source)")
        }
        return table
    }
}
