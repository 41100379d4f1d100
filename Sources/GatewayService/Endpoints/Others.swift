internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import Stubs

enum LockDuration: String, CaseIterable {
    case fiveMinutes = "five_minutes"
    case hour
    case day

    var seconds: Int64 {
        switch self {
        case .fiveMinutes: 300
        case .hour: 3_600
        case .day: 86_400
        }
    }
}

extension API {
    func retrieveAccount(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .account)
        let caller = call.caller
        return { [self] _ in
            let account = Account(
                id: caller.account.id.description, created: caller.account.createdAt.seconds,
                displayName: caller.account.displayName, isLive: caller.isLive)
            return try await answer(account, .none, caller)
        }
    }

    func createQuote(_ call: inout Call) throws -> Work {
        guard let amount = try call.parameters.amount("amount") else {
            throw call.parameters.missing("amount")
        }
        guard let from = try call.parameters.currency("from_currency") else {
            throw call.parameters.missing("from_currency")
        }
        guard let to = try call.parameters.currency("to_currency") else {
            throw call.parameters.missing("to_currency")
        }
        let lock = try call.parameters.choice("lock_duration", LockDuration.self)
        _ = try call.parameters.expansion(of: .quote)
        let caller = call.caller
        return { [self] execution in
            let made = try await fx.createQuote(
                FXV1.CreateQuoteRequest(
                    idempotencyKey: execution.key("quote"),
                    from: CommonV1.Money(minorUnits: amount, currency: from.code),
                    toCurrency: to.code,
                    lifetimeSeconds: (lock ?? .fiveMinutes).seconds), options: options)
            guard let quote = made.quote, let id = QuoteID(quote.id) else {
                throw APIError.broken
            }
            try await store.add(id, scope: caller.scope)
            execution.note()
            return try await answer(FXQuote(quote, caller), .none, caller)
        }
    }

    func retrieveQuote(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .quote)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            guard let known = QuoteID(id), try await store.owns(known, scope: caller.scope),
                let quote = try await fx.getQuote(.init(quoteID: id), options: options).quote
            else { throw APIError.missing("fx_quote", id) }
            return try await answer(FXQuote(quote, caller), .none, caller)
        }
    }

    func retrieveIdempotency(_ call: inout Call) throws -> Work {
        let (key, caller) = (call.id, call.caller)
        return { [self] _ in
            let record = try await idempotency.record(key, in: caller.scope)
            let status: IdempotencyStatus =
                switch record?.state {
                case nil: IdempotencyStatus(key: key, status: .neverSeen)
                case .running(isOwnerAlive: true): IdempotencyStatus(key: key, status: .running)
                case .running(isOwnerAlive: false):
                    IdempotencyStatus(key: key, status: .interrupted)
                case .done(let answer):
                    IdempotencyStatus(key: key, status: .done, answer: answer)
                }
            return try await answer(status, .none, caller)
        }
    }
}

extension FXQuote {
    fileprivate init(_ quote: FXV1.Quote, _ caller: Caller) {
        func side(_ money: CommonV1.Money?) -> (amount: Int64, currency: String) {
            (money?.minorUnits ?? 0, money?.currency.lowercased() ?? "")
        }
        self.init(
            id: quote.id, isLive: caller.isLive, created: quote.createdAtUs.seconds,
            expires: quote.expiresAtUs.seconds, status: quote.status.description,
            from: side(quote.from), to: side(quote.to), gross: quote.gross?.minorUnits ?? 0,
            spread: quote.spread?.minorUnits ?? 0, midRate: quote.midRate, source: quote.source,
            publishedOn: quote.publishedOn)
    }
}
