internal import GatewayCore
internal import Identifiers

extension API {
    private static let customerFields: [String: SearchField] = [
        "created": .number, "email": .text, "metadata": .metadata, "name": .text, "phone": .text,
    ]

    func searchCustomers(_ call: inout Call) throws -> Work {
        let query = try call.parameters.searchQuery(Self.customerFields)
        let (limit, cursor) = try call.parameters.searchPage(of: CustomerID.self)
        let expansion = try call.parameters.expansion(of: .customer, isList: true)
        let caller = call.caller
        return { [self] _ in
            let found = try await store.searchCustomers(
                query, scope: caller.scope, olderThan: CustomerID(cursor), limit: Int64(limit) + 1)
            let page = Array(found.prefix(limit))
            return try await answer(
                SearchResult(
                    page, nextPage: found.count > limit ? page.last?.id ?? "" : "",
                    url: "/v1/customers/search"), expansion, caller)
        }
    }
}
