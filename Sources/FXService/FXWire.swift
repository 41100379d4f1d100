internal import FXCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

// Between the contract's messages and our own values.

extension FXV1.Quote {
    init(_ quote: Quote, at now: Timestamp) throws(RPCError) {
        let conversion = quote.conversion
        let midRate = try translatingFXErrors { () throws(FXError) in try quote.terms.midRate }
        self.init(
            id: quote.id.description, from: quote.amount.wire, gross: conversion.gross.wire,
            spread: conversion.spread.wire, to: conversion.to.wire,
            residue: conversion.residue, midRate: midRate.description,
            fromFactor: quote.terms.fromFactor.description,
            toFactor: quote.terms.toFactor.description,
            spreadBasisPoints: quote.terms.spread.value, source: quote.source.rawValue,
            publishedOn: quote.publishedOn.description, status: .init(quote.status(at: now)),
            sagaID: quote.sagaID?.description ?? "",
            createdAtUs: quote.createdAt.microseconds, expiresAtUs: quote.expiresAt.microseconds)
    }
}

extension FXV1.QuoteStatus {
    init(_ status: Quote.Status) {
        self =
            switch status {
            case .open: .open
            case .locked: .locked
            case .consumed: .consumed
            case .expired: .expired
            }
    }
}

extension FXV1.Rate {
    init(_ currency: Currency, _ rate: DecimalNumber, of publication: Publication) {
        self.init(
            currency: currency.code, unitsPerEuro: rate.description,
            publishedOn: publication.day.description, source: publication.source.rawValue)
    }
}

/// The currency of that code.
///
/// - Throws: `INVALID_ARGUMENT` with the field named.
func currency(_ code: String, field: String) throws(RPCError) -> Currency {
    do throws(MoneyError) {
        return try Currency.named(code)
    } catch {
        throw .invalidArgument(field: field, error.message)
    }
}

extension RPCError {
    static func noQuote(_ id: QuoteID) -> RPCError {
        .notFound("there is no quote \(id): check the id, or create a quote")
    }
}

extension FXV1.LockQuoteRequest: OperationRequest {}
extension FXV1.ConsumeQuoteRequest: OperationRequest {}
extension FXV1.ReleaseQuoteRequest: OperationRequest {}
