internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit
internal import Stubs

/// Gets the things that the API tells about, and sees that they are the caller's own.
extension API {
    func payment(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> PaymentV1.Payment {
        if PaymentID(id) != nil {
            do throws(RPCError) {
                let answer = try await self.payments.getPayment(
                    .init(paymentID: id), options: self.options)
                if let payment = answer.payment, payment.merchantID == caller.merchantID {
                    return payment
                }
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        throw APIError.missing("payment_intent", id, param: param ?? "intent").withPath(param)
    }

    func charge(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> PaymentV1.ChargeRecord {
        if ChargeID(id) != nil {
            do throws(RPCError) {
                let answer = try await self.payments.getCharge(
                    .init(chargeID: id), options: self.options)
                if let charge = answer.charge, charge.merchantID == caller.merchantID {
                    return charge
                }
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        throw APIError.missing("charge", id, param: param)
    }

    func refund(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> RefundV1.Refund {
        if RefundID(id) != nil {
            do throws(RPCError) {
                let answer = try await self.refunds.getRefund(
                    .init(refundID: id), options: self.options)
                if let refund = answer.refund, refund.merchantID == caller.merchantID {
                    return refund
                }
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        throw APIError.missing("refund", id, param: param)
    }

    /// - Parameter param: The parameter that named it; `nil` when it stood in the path.
    func customer(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> Customer {
        if let known = CustomerID(id),
            let customer = try await self.store.customer(known, scope: caller.scope)
        {
            // One that was deleted can be looked at, and not used.
            if param == nil || !customer.isDeleted { return customer }
        }
        throw APIError.missing("customer", id, param: param)
    }

    func method(
        _ id: String, _ caller: Caller, param: String? = nil
    ) async throws -> StoredMethod {
        if let card = TestCard.all[id] {
            return StoredMethod(
                method: PaymentMethod(
                    id: id, isLive: caller.isLive,
                    created: caller.account.createdAt.microseconds.seconds, card: card),
                id: PaymentMethodID(uuid: UUID128(high: 0, low: 0)), isDetached: false)
        }
        if let known = PaymentMethodID(id),
            let method = try await self.store.method(known, scope: caller.scope)
        {
            return method
        }
        throw APIError.missing("PaymentMethod", id, param: param)
    }

    func balanceTransaction(_ id: String, _ caller: Caller) async throws -> BalanceTransaction {
        guard let known = BalanceTransaction.ID(id) else {
            throw APIError.missing("balance_transaction", id)
        }
        let found: [BalanceTransaction]
        do {
            switch known.cause {
            case .charge:
                found = [BalanceTransaction(try await self.charge(known.sourceID, caller))]
                    .compactMap(\.self)
            case .refund, .refundFailure:
                found = BalanceTransaction.all(of: try await self.refund(known.sourceID, caller))
            }
        } catch let error as APIError where error.code == "resource_missing" {
            throw APIError.missing("balance_transaction", id)
        }
        guard let transaction = found.first(where: { $0.identity == known }) else {
            throw APIError.missing("balance_transaction", id)
        }
        return transaction
    }
}

// MARK: - Answers

extension API {
    func answer(
        _ object: any APIObject, _ expansion: Expansion, _ caller: Caller
    ) async throws -> Answer {
        guard !expansion.children.isEmpty else { return Answer(object.rendered()) }
        let loaded = try await self.loaded([object], expansion, caller)
        return Answer(object.rendered(expanding: expansion, loaded: loaded))
    }

    func answer(
        _ list: ObjectList, _ expansion: Expansion, _ caller: Caller
    ) async throws -> Answer {
        let loaded = try await self.loaded(list.objects, expansion, caller)
        return Answer(list.rendered(expanding: expansion, loaded: loaded))
    }

    func answer(
        _ result: SearchResult, _ expansion: Expansion, _ caller: Caller
    ) async throws -> Answer {
        let loaded = try await self.loaded(result.objects, expansion, caller)
        return Answer(result.rendered(expanding: expansion, loaded: loaded))
    }

    /// The objects that the expansion asks for, by id.
    private func loaded(
        _ objects: [any APIObject], _ expansion: Expansion, _ caller: Caller
    ) async throws -> [String: any APIObject] {
        var loaded: [String: any APIObject] = [:]
        var level = [(objects, expansion)]
        while let (objects, expansion) = level.popLast() {
            for (field, child) in expansion.children {
                var found: [any APIObject] = []
                for reference in Set(objects.compactMap { $0.reference(field) }) {
                    if loaded[reference.id] == nil {
                        loaded[reference.id] = try await self.load(reference, caller)
                    }
                    if let object = loaded[reference.id] { found.append(object) }
                }
                if !child.children.isEmpty { level.append((found, child)) }
            }
        }
        return loaded
    }

    /// - Returns: `nil` for what is not there any more: its id is told then.
    private func load(_ reference: Reference, _ caller: Caller) async throws -> (any APIObject)? {
        let id = reference.id
        do {
            switch reference.kind {
            case .paymentIntent:
                return PaymentIntent(try await self.payment(id, caller), caller.merchant)
            case .charge: return Charge(try await self.charge(id, caller), caller.merchant)
            case .refund: return Refund(try await self.refund(id, caller))
            case .customer: return try await self.customer(id, caller)
            case .paymentMethod: return try await self.method(id, caller).method
            case .balanceTransaction: return try await self.balanceTransaction(id, caller)
            case .account, .balance, .quote, .idempotencyKey, .event, .webhookEndpoint: return nil
            }
        } catch let error as APIError where error.code == "resource_missing" {
            return nil
        }
    }
}

extension APIError {
    /// Stripe calls a payment intent in a path "intent".
    fileprivate func withPath(_ param: String?) -> APIError {
        guard param == nil else { return self }
        var error = self
        error.status = 404
        return error
    }
}

extension ListQuery {
    /// The place and the page as the services take them.
    ///
    /// - Parameter kind: How the API calls what the list has.
    /// - Throws: `resource_missing` for a cursor that is no id of it.
    func page<Kind>(
        _ ids: Identifier<Kind>.Type, kind: String
    ) throws(APIError) -> (page: CommonV1.PageRequest, newerThan: String) {
        switch self.place {
        case .newest: return (CommonV1.PageRequest(limit: Int32(self.limit)), "")
        case .after(let id):
            guard ids.init(id) != nil else {
                throw .missing(kind, id, param: "starting_after")
            }
            return (CommonV1.PageRequest(limit: Int32(self.limit), cursor: id), "")
        case .before(let id):
            guard ids.init(id) != nil else { throw .missing(kind, id, param: "ending_before") }
            return (CommonV1.PageRequest(limit: Int32(self.limit)), id)
        }
    }

    /// The place in a list of the gateway's own.
    func place<Kind>(
        _ ids: Identifier<Kind>.Type, kind: String
    ) throws(APIError) -> ListPlace<Kind> {
        switch self.place {
        case .newest: return .newest
        case .after(let text):
            guard let id = ids.init(text) else {
                throw .missing(kind, text, param: "starting_after")
            }
            return .olderThan(id)
        case .before(let text):
            guard let id = ids.init(text) else {
                throw .missing(kind, text, param: "ending_before")
            }
            return .newerThan(id)
        }
    }

    /// The page of what a query for one more than the limit found, nearest to the place first.
    func list(_ found: [any APIObject], url: String) -> ObjectList {
        var objects = Array(found.prefix(self.limit))
        if case .before = self.place { objects.reverse() }
        return ObjectList(objects, hasMore: found.count > self.limit, url: url)
    }
}
