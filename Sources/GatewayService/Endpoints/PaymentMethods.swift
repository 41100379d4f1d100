internal import GatewayCore
internal import Identifiers
internal import ServiceKit

extension API {
    func createPaymentMethod(_ call: inout Call) throws -> Work {
        let type = try call.parameters.requiredText("type")
        guard type == "card" else {
            throw APIError.invalid("The only payment method type is card.", "type")
        }
        guard var card = try call.parameters.group("card") else {
            throw call.parameters.missing("card")
        }
        guard !["number", "cvc", "exp_month", "exp_year"].contains(where: card.has) else {
            throw APIError.invalid(
                "Sending credit card numbers directly to the API is generally unsafe, and is not "
                    + "possible here. Use tokens that stand for a card, like tok_visa.",
                "card[number]")
        }
        let token = try card.requiredText("token")
        try card.finish()
        guard let known = TestCard.named(token: token) else {
            throw APIError.missing("token", token, param: "card[token]")
        }
        let metadata = try call.parameters.metadata()
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        let caller = call.caller
        return { [self] execution in
            try await add(
                known, customer: nil, metadata?.initial ?? [], execution, expansion, caller)
        }
    }

    private func add(
        _ card: TestCard, customer: CustomerID?, _ metadata: [(key: String, value: String)],
        _ execution: Execution, _ expansion: Expansion, _ caller: Caller
    ) async throws -> Answer {
        let id = PaymentMethodID(uuid: execution.root.uuid)
        guard
            let made = try await self.store.add(
                card, id: id, customer: customer, metadata: metadata, scope: caller.scope,
                at: self.clock.now())
        else { throw APIError.broken }
        execution.note()
        return try await self.answer(made.method, expansion, caller)
    }

    func retrievePaymentMethod(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(try await method(id, caller).method, expansion, caller)
        }
    }

    func retrievePaymentMethodOfCustomer(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        let (customer, id, caller) = (call.id, call.innerID, call.caller)
        return { [self] _ in
            let owner = try await self.customer(customer, caller)
            let found = try await method(id, caller).method
            guard found.customer == owner.id else { throw APIError.missing("PaymentMethod", id) }
            return try await answer(found, expansion, caller)
        }
    }

    func updatePaymentMethod(_ call: inout Call) throws -> Work {
        let metadata = try call.parameters.metadata()
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        return self.change(&call, expansion) { stored throws(APIError) in
            if let metadata {
                stored.method.metadata = try metadata.applied(to: stored.method.metadata)
            }
            return (stored.method.customer.flatMap(CustomerID.init), stored.isDetached)
        }
    }

    func attachPaymentMethod(_ call: inout Call) throws -> Work {
        let customer = try call.parameters.requiredText("customer")
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        let (id, caller) = (call.id, call.caller)
        let attach = self.change(&call, expansion) { stored throws(APIError) in
            guard !stored.isDetached else {
                throw .state(
                    "This PaymentMethod was detached from a Customer and may not be used again.")
            }
            guard stored.method.customer == nil || stored.method.customer == customer else {
                throw .state(
                    "The payment method you provided has already been attached to a customer.")
            }
            return (CustomerID(customer), false)
        }
        return { [self] execution in
            let owner = try await self.customer(customer, caller, param: "customer")
            // A test method is everybody's: the customer gets one of its own.
            guard let card = TestCard.all[id] else { return try await attach(execution) }
            return try await add(
                card, customer: CustomerID(owner.id), [], execution, expansion, caller)
        }
    }

    func detachPaymentMethod(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .paymentMethod)
        return self.change(&call, expansion) { stored throws(APIError) in
            guard stored.method.customer != nil else {
                throw .state(
                    "The payment method you provided is not attached to a customer so detachment "
                        + "is impossible.")
            }
            return (nil, true)
        }
    }

    private func change(
        _ call: inout Call, _ expansion: Expansion,
        _ change:
            @escaping @Sendable (inout StoredMethod) throws(APIError) -> (
                customer: CustomerID?, isDetached: Bool
            )
    ) -> Work {
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            guard let known = PaymentMethodID(id),
                let method = try await store.changeMethod(
                    known, scope: caller.scope, cause: execution.root, change)
            else { throw APIError.missing("PaymentMethod", id) }
            execution.note()
            return try await answer(method, expansion, caller)
        }
    }

    func listPaymentMethods(_ call: inout Call) throws -> Work {
        let customer = try call.parameters.text("customer", length: 1...255)
        return try self.list(&call, customer: customer, url: "/v1/payment_methods")
    }

    func listPaymentMethodsOfCustomer(_ call: inout Call) throws -> Work {
        try self.list(
            &call, customer: call.id, url: "/v1/customers/\(call.id)/payment_methods")
    }

    private func list(_ call: inout Call, customer: String?, url: String) throws -> Work {
        let query = try call.parameters.listQuery()
        if let type = try call.parameters.text("type"), type != "card" {
            throw APIError.invalid("The only payment method type is card.", "type")
        }
        let place = try query.place(PaymentMethodID.self, kind: "PaymentMethod")
        let expansion = try call.parameters.expansion(of: .paymentMethod, isList: true)
        let caller = call.caller
        return { [self] _ in
            if let customer { _ = try await self.customer(customer, caller, param: "customer") }
            let found = try await store.methods(
                scope: caller.scope, customer: customer.flatMap(CustomerID.init), place: place,
                limit: Int64(query.limit) + 1)
            return try await answer(query.list(found, url: url), expansion, caller)
        }
    }
}
