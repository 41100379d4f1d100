/// Which references an answer holds as whole objects: `expand[]=latest_charge.balance_transaction`.
package struct Expansion: Hashable, Sendable {
    package private(set) var children: [String: Expansion] = [:]

    package static let none = Expansion()
    private static let deepest = 4

    package subscript(_ field: String) -> Expansion? { self.children[field] }

    private init() {}

    /// - Parameters:
    ///   - kind: What the answer holds.
    ///   - isList: Whether it is a list of that: paths then begin with "data.".
    /// - Throws: 400 for a path of what cannot be expanded, and for one of over four levels.
    package init(
        _ paths: [String], of kind: ObjectKind, isList: Bool
    ) throws(APIError) {
        for path in paths {
            var fields = path.split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
            guard fields.count <= Self.deepest else {
                throw .invalid(
                    "You cannot expand more than \(Self.deepest) levels of a property: \(path)",
                    "expand")
            }
            if isList {
                guard fields.first == "data", fields.count > 1 else {
                    throw Self.notExpandable(
                        path, hint: " You may want to try expanding 'data.\(path)' instead.")
                }
                fields.removeFirst()
            }
            var kinds = [kind]
            for field in fields {
                kinds = kinds.flatMap { $0.expandable(field) }
                guard !kinds.isEmpty else { throw Self.notExpandable(path, hint: "") }
            }
            self.insert(fields[...])
        }
    }

    private mutating func insert(_ fields: ArraySlice<String>) {
        guard let field = fields.first else { return }
        self.children[field, default: .none].insert(fields.dropFirst())
    }

    private static func notExpandable(_ path: String, hint: String) -> APIError {
        .invalid("This property cannot be expanded (\(path.prefix(80))).\(hint)", "expand")
    }
}

extension Parameters {
    package mutating func expansion(
        of kind: ObjectKind, isList: Bool = false
    ) throws(APIError) -> Expansion {
        guard let paths = try self.texts("expand") else { return .none }
        return try Expansion(paths, of: kind, isList: isList)
    }
}
