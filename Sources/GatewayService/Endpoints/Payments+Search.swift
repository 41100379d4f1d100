internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Stubs

extension API {
    /// Of a charge too: customer and metadata are its payment's.
    private static let paymentFields: [String: SearchField] = [
        "amount": .number, "created": .number, "currency": .token, "customer": .token,
        "metadata": .metadata, "status": .token,
    ]

    func searchPaymentIntents(_ call: inout Call) throws -> Work {
        let query = try call.parameters.searchQuery(Self.paymentFields)
        let (limit, cursor) = try call.parameters.searchPage(of: PaymentID.self)
        let expansion = try call.parameters.expansion(of: .paymentIntent, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await payments.listPayments(
                PaymentV1.ListPaymentsRequest(
                    page: .init(limit: Int32(limit), cursor: cursor),
                    merchantID: caller.merchantID,
                    conditions: query.clauses.map { PaymentV1.PaymentCondition($0) },
                    anyCondition: query.joint == .any), options: options)
            return try await answer(
                SearchResult(
                    found.payments.map { PaymentIntent($0, caller.merchant) },
                    nextPage: found.page?.nextCursor ?? "", url: "/v1/payment_intents/search"),
                expansion, caller)
        }
    }

    func searchCharges(_ call: inout Call) throws -> Work {
        let query = try call.parameters.searchQuery(Self.paymentFields)
        let (limit, cursor) = try call.parameters.searchPage(of: ChargeID.self)
        let expansion = try call.parameters.expansion(of: .charge, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await payments.listCharges(
                PaymentV1.ListChargesRequest(
                    page: .init(limit: Int32(limit), cursor: cursor),
                    merchantID: caller.merchantID,
                    conditions: query.clauses.map { PaymentV1.PaymentCondition($0) },
                    anyCondition: query.joint == .any), options: options)
            return try await answer(
                SearchResult(
                    found.charges.compactMap { Charge($0, caller.merchant) },
                    nextPage: found.page?.nextCursor ?? "", url: "/v1/charges/search"),
                expansion, caller)
        }
    }
}

extension Parameters {
    /// - Throws: 400 for a page that no search has named.
    mutating func searchPage<Kind>(
        of ids: Identifier<Kind>.Type
    ) throws(APIError) -> (limit: Int, cursor: String) {
        let page = try self.searchPage()
        guard page.cursor.isEmpty || ids.init(page.cursor) != nil else {
            throw .invalid("This is not the next_page of a search.", "page")
        }
        return page
    }
}

extension PaymentV1.PaymentCondition {
    fileprivate init(_ clause: SearchQuery.Clause) {
        self.init(key: clause.key ?? "", isNegated: clause.isNegated)
        switch clause.field {
        case "amount": self.field = .amount
        case "created": self.field = .created
        case "currency": self.field = .currency
        case "customer": self.field = .customer
        case "metadata": self.field = .metadata
        default: self.field = .status
        }
        switch clause.condition {
        case .equal(let text), .contains(let text):
            self.comparison = .equal
            // The API writes currencies small, the services large.
            self.text = self.field == .currency ? text.uppercased() : text
        case .number(let comparison, let number):
            self.comparison = comparison.wire
            self.number = number
        case .absent: self.comparison = .absent
        }
    }
}

extension SearchQuery.Comparison {
    fileprivate var wire: PaymentV1.PaymentCondition.Comparison {
        switch self {
        case .equal: .equal
        case .above: .above
        case .atLeast: .atLeast
        case .below: .below
        case .atMost: .atMost
        }
    }
}
