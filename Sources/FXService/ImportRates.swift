internal import FXCore
internal import Identifiers
internal import Logging
internal import Messages
internal import Money
internal import Postgres
internal import RPC

extension FXHandler {
    /// Takes publications whole or not at all.
    func importRates(
        _ request: FXV1.ImportRatesRequest, context: CallContext
    ) async throws -> FXV1.ImportRatesResponse {
        let now = self.clock.now()
        let publications = try ImportedRates(request.rates, today: now.day).publications()
        let added = try await self.store.database.withTransaction { transaction in
            for publication in publications {
                let previous = try await self.store.countOfRates(
                    before: publication.day, source: publication.source, in: transaction)
                try translatingFXErrors { () throws(FXError) in
                    try publication.validate(againstCount: previous)
                }
            }
            let (added, conflict) = try await self.store.add(
                publications, at: now, in: transaction)
            if let conflict {
                throw RPCError.alreadyExists(
                    .rateConflict,
                    "\(conflict.currency) of \(conflict.day) is there with the rate "
                        + "\(conflict.stored), and a published rate never changes",
                    metadata: ["currency": conflict.currency, "published_on": conflict.day])
            }
            return added
        }
        context.logger.info(
            "rates imported",
            metadata: ["added": "\(added)", "publications": "\(publications.count)"])
        return FXV1.ImportRatesResponse(added: added, publications: Int64(publications.count))
    }
}

/// The rates of a request, gathered by source and day.
private struct ImportedRates {
    private struct Key: Hashable {
        let day: CalendarDay
        let source: RateSource
    }

    private var sets: [Key: [Currency: DecimalNumber]] = [:]

    /// - Throws: `INVALID_ARGUMENT` with the rate's field named: none at all, one that is no rate,
    ///   a day that is still to come, a currency twice.
    init(_ rates: [FXV1.Rate], today: CalendarDay) throws(RPCError) {
        guard !rates.isEmpty else {
            throw .invalidArgument(field: "rates", "give at least one rate")
        }
        for (index, rate) in rates.enumerated() {
            let field = "rates[\(index)]"
            guard let source = RateSource(rawValue: rate.source) else {
                throw .invalidArgument(field: "\(field).source", "write \"ecb\" or \"sample\"")
            }
            guard let day = CalendarDay(rate.publishedOn) else {
                throw .invalidArgument(
                    field: "\(field).published_on", "write a day like 2026-11-20")
            }
            guard day <= today else {
                throw .invalidArgument(
                    field: "\(field).published_on", "\(day) is still to come: today is \(today)")
            }
            let currency = try currency(rate.currency, field: "\(field).currency")
            guard let units = try? DecimalNumber(parsing: rate.unitsPerEuro) else {
                throw .invalidArgument(
                    field: "\(field).units_per_euro", "write a decimal number like 1.0847")
            }
            let key = Key(day: day, source: source)
            guard self.sets[key, default: [:]].updateValue(units, forKey: currency) == nil else {
                throw .invalidArgument(field: "\(field).currency", "\(currency) is there twice")
            }
        }
    }

    /// Oldest first, each checked against the one before it in the request.
    func publications() throws(RPCError) -> [Publication] {
        let keys = self.sets.keys.sorted {
            ($0.source.rawValue, $0.day) < ($1.source.rawValue, $1.day)
        }
        return try translatingFXErrors { () throws(FXError) in
            var publications: [Publication] = []
            for key in keys {
                let publication = try Publication(
                    day: key.day, source: key.source, rates: self.sets[key] ?? [:])
                if let last = publications.last, last.source == key.source {
                    try publication.validate(againstCount: last.rates.count)
                }
                publications.append(publication)
            }
            return publications
        }
    }
}
