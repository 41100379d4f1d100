internal import GatewayCore
internal import Identifiers

/// What a customer is made or changed to. An empty text takes the value away.
private struct CustomerTerms: Sendable {
    private let texts: [Field: String]
    private let metadata: MetadataChange?

    enum Field: String, CaseIterable, Hashable {
        case name, email, phone, description

        var length: ClosedRange<Int> {
            switch self {
            case .name: 0...256
            case .email: 0...512
            case .phone: 0...20
            case .description: 0...350
            }
        }

        var path: WritableKeyPath<Customer, String?> {
            switch self {
            case .name: \.name
            case .email: \.email
            case .phone: \.phone
            case .description: \.description
            }
        }
    }

    init(_ parameters: inout Parameters) throws(APIError) {
        var texts: [Field: String] = [:]
        for field in Field.allCases {
            texts[field] = try parameters.text(field.rawValue, length: field.length)
        }
        if let email = texts[.email], !email.isEmpty {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !email.contains(" ") else {
                throw .invalid(
                    "Invalid email address: \(email.prefix(80))", "email", code: "email_invalid")
            }
        }
        self.texts = texts
        self.metadata = try parameters.metadata()
    }

    func apply(to customer: inout Customer) throws(APIError) {
        for (field, text) in self.texts { customer[keyPath: field.path] = text.nonEmpty }
        if let metadata { customer.metadata = try metadata.applied(to: customer.metadata) }
    }
}

extension API {
    func createCustomer(_ call: inout Call) throws -> Work {
        let terms = try CustomerTerms(&call.parameters)
        let expansion = try call.parameters.expansion(of: .customer)
        let caller = call.caller
        return { [self] execution in
            let id = CustomerID(uuid: execution.root.uuid)
            let now = clock.now()
            var customer = Customer(
                id: id.description, isLive: caller.isLive, created: now.seconds, name: nil,
                email: nil, phone: nil, description: nil, metadata: [], isDeleted: false)
            try terms.apply(to: &customer)
            let made = try await store.add(customer, id: id, scope: caller.scope, at: now)
            execution.note()
            return try await answer(made, expansion, caller)
        }
    }

    func retrieveCustomer(_ call: inout Call) throws -> Work {
        let expansion = try call.parameters.expansion(of: .customer)
        let (id, caller) = (call.id, call.caller)
        return { [self] _ in
            try await answer(try await customer(id, caller), expansion, caller)
        }
    }

    func updateCustomer(_ call: inout Call) throws -> Work {
        let terms = try CustomerTerms(&call.parameters)
        let expansion = try call.parameters.expansion(of: .customer)
        return try self.change(&call, expansion) { customer throws(APIError) in
            try terms.apply(to: &customer)
        }
    }

    func deleteCustomer(_ call: inout Call) throws -> Work {
        try self.change(&call, .none) { customer in customer.isDeleted = true }
    }

    private func change(
        _ call: inout Call, _ expansion: Expansion,
        _ change: @escaping @Sendable (inout Customer) throws(APIError) -> Void
    ) throws -> Work {
        let (id, caller) = (call.id, call.caller)
        return { [self] execution in
            guard let known = CustomerID(id),
                let customer = try await store.changeCustomer(
                    known, scope: caller.scope, cause: execution.root, change)
            else { throw APIError.missing("customer", id) }
            execution.note()
            return try await answer(customer, expansion, caller)
        }
    }

    func listCustomers(_ call: inout Call) throws -> Work {
        let query = try call.parameters.listQuery()
        let email = try call.parameters.text("email", length: 1...512)
        let place = try query.place(CustomerID.self, kind: "customer")
        let expansion = try call.parameters.expansion(of: .customer, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await store.customers(
                scope: caller.scope, email: email, created: query.created, place: place,
                limit: Int64(query.limit) + 1)
            return try await answer(
                query.list(found, url: "/v1/customers"), expansion, caller)
        }
    }
}
