package import Identifiers

/// Keys to look for in a table whose parts are ranges of them, and where they lie.
///
/// A prepared statement that is given an array looks into every part. Told its ends as well, it
/// opens only the parts between them.
package struct KeyRange: Sendable {
    /// $1 to $3.
    package let parameters: [PostgresValue]
    /// Text is compared as bytes.
    private let collation: String

    /// - Returns: `nil` when there is nothing to look for.
    package init?(_ keys: [UUID128]) {
        let keys = Set(keys).sorted()
        guard let first = keys.first, let last = keys.last else { return nil }
        self.parameters = [.uuidArray(keys), .uuid(first), .uuid(last)]
        self.collation = ""
    }

    /// - Returns: `nil` when there is nothing to look for.
    package init?(_ keys: [String]) {
        let keys = Set(keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard let first = keys.first, let last = keys.last else { return nil }
        self.parameters = [.textArray(keys), .text(first), .text(last)]
        self.collation = " COLLATE \"C\""
    }

    /// That the column has one of the keys.
    package func areIn(_ column: String) -> String {
        """
        \(column) = ANY($1) AND \(column) >= $2\(self.collation) \
        AND \(column) <= $3\(self.collation)
        """
    }
}
