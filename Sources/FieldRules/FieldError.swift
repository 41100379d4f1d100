/// A field of a request that does not hold.
package struct FieldError: Error, Hashable, Sendable {
    /// As the contract names it: "amount.currency", "metadata".
    package let field: String
    /// What it must be. It repeats nothing of what was refused.
    package let problem: String

    package init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }
}

extension FieldError: CustomStringConvertible {
    package var description: String { "\(self.field): \(self.problem)" }
}
