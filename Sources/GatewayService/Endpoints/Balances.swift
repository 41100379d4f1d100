internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Stubs

extension API {
    func retrieveBalance(_ call: inout Call) throws -> Work {
        _ = try call.parameters.expansion(of: .balance)
        let caller = call.caller
        return { [self] _ in
            let name = "merchant:\(caller.merchantID)"
            var lines: [Balance.Line] = []
            var cursor = ""
            // Other merchants' names can begin as this one's: the prefix finds theirs too.
            repeat {
                let found = try await ledger.listAccounts(
                    LedgerV1.ListAccountsRequest(
                        page: CommonV1.PageRequest(limit: 100, cursor: cursor),
                        namePrefix: name), options: options)
                lines += found.accounts.filter { $0.name == name }.map(Balance.Line.init)
                cursor = found.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            if lines.isEmpty {
                lines.append(Balance.Line(currency: "usd", available: 0, pending: 0))
            }
            let balance = Balance(
                isLive: caller.isLive, lines: lines.sorted { $0.currency < $1.currency })
            return try await answer(balance, .none, caller)
        }
    }

    func retrieveBalanceTransaction(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .balanceTransaction)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(try await balanceTransaction(id, caller), expansion, caller)
        }
    }

    func listBalanceTransactions(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let type = try call.parameters.choice("type", TransactionType.self)
        let source = try call.parameters.text("source", length: 1...255)
        let expansion = try call.parameters.expansion(of: .balanceTransaction, isList: true)
        let cursor = try query.transactionCursor()
        let caller = call.caller
        return { [self] _ in
            var found: (transactions: [BalanceTransaction], hasMore: Bool)
            if let source {
                found = (try await transactions(of: source, type, caller), false)
            } else {
                found = try await transactions(query, cursor, type, caller)
            }
            return try await answer(
                ObjectList(
                    found.transactions, hasMore: found.hasMore, url: "/v1/balance_transactions"),
                expansion, caller)
        }
    }

    private func transactions(
        of source: String, _ type: TransactionType?, _ caller: Caller
    ) async throws -> [BalanceTransaction] {
        let all =
            if RefundID(source) != nil {
                BalanceTransaction.all(
                    of: try await self.refund(source, caller, param: "source"))
            } else {
                [BalanceTransaction(try await self.charge(source, caller, param: "source"))]
                    .compactMap(\.self)
            }
        return all.filter { type?.isOf($0) ?? true }
    }

    /// What was taken and what was given back, which lie with two services, put in one order.
    private func transactions(
        _ query: ListQuery, _ cursor: BalanceTransaction.ID?, _ type: TransactionType?,
        _ caller: Caller
    ) async throws -> (transactions: [BalanceTransaction], hasMore: Bool) {
        var all: [BalanceTransaction] = []
        var hasMore = false
        if type == nil || type == .charge {
            let taken = try await self.taken(query, cursor, caller)
            all += taken.charges.compactMap(BalanceTransaction.init)
            hasMore = taken.page?.nextCursor.isEmpty == false
        }
        if type != .charge {
            let given = try await self.given(
                query, cursor, onlyFailed: type == .refundFailure, caller)
            all += given.refunds.flatMap(BalanceTransaction.all)
            hasMore = hasMore || given.page?.nextCursor.isEmpty == false
        }
        // The cursor's own refund has two when it failed: the list goes on between them.
        if let cursor, cursor.cause != .charge {
            all += BalanceTransaction.all(of: try await self.refund(cursor.sourceID, caller))
        }
        let isNewer = query.isNewer
        let beyond = all.filter { transaction in
            guard type?.isOf(transaction) ?? true else { return false }
            guard let cursor else { return true }
            return isNewer
                ? transaction.identity.isNewer(than: cursor)
                : cursor.isNewer(than: transaction.identity)
        }
        let newestFirst = beyond.sorted { $0.identity.isNewer(than: $1.identity) }
        let page = isNewer ? newestFirst.suffix(query.limit) : newestFirst.prefix(query.limit)
        return (Array(page), beyond.count > query.limit || hasMore)
    }

    /// As many as there can be on one page: the first of these and of ``given`` together are among
    /// them.
    private func taken(
        _ query: ListQuery, _ cursor: BalanceTransaction.ID?, _ caller: Caller
    ) async throws -> PaymentV1.ListChargesResponse {
        let place = cursor.map { ChargeID(uuid: $0.source).description } ?? ""
        return try await self.payments.listCharges(
            PaymentV1.ListChargesRequest(
                page: CommonV1.PageRequest(limit: 100, cursor: query.isNewer ? "" : place),
                merchantID: caller.merchantID,
                createdFromUs: query.created.fromMicroseconds,
                createdToUs: query.created.toMicroseconds,
                newerThan: query.isNewer ? place : "", onlyCaptured: true), options: self.options)
    }

    private func given(
        _ query: ListQuery, _ cursor: BalanceTransaction.ID?, onlyFailed: Bool, _ caller: Caller
    ) async throws -> RefundV1.ListRefundsResponse {
        let place = cursor.map { RefundID(uuid: $0.source).description } ?? ""
        return try await self.refunds.listRefunds(
            RefundV1.ListRefundsRequest(
                page: CommonV1.PageRequest(limit: 100, cursor: query.isNewer ? "" : place),
                merchantID: caller.merchantID, createdFromUs: query.created.fromMicroseconds,
                createdToUs: query.created.toMicroseconds,
                newerThan: query.isNewer ? place : "", onlyFailed: onlyFailed),
            options: self.options)
    }
}

private enum TransactionType: String, CaseIterable {
    case charge
    case refund
    case refundFailure = "refund_failure"

    func isOf(_ transaction: BalanceTransaction) -> Bool { transaction.type == self.rawValue }
}

extension ListQuery {
    fileprivate var isNewer: Bool { if case .before = self.place { true } else { false } }

    fileprivate func transactionCursor() throws(APIError) -> BalanceTransaction.ID? {
        let (text, param): (String, String)
        switch self.place {
        case .newest: return nil
        case .after(let id): (text, param) = (id, "starting_after")
        case .before(let id): (text, param) = (id, "ending_before")
        }
        guard let id = BalanceTransaction.ID(text) else {
            throw .missing("balance_transaction", text, param: param)
        }
        return id
    }
}

extension Balance.Line {
    fileprivate init(_ account: LedgerV1.Account) {
        // What is set aside changes nothing of what is there, either way.
        self.init(
            currency: account.currency.lowercased(),
            available: account.creditsPosted - account.debitsPosted,
            pending: account.creditsPending - account.debitsPending)
    }
}
