package import Postgres

/// What a batch of operations works on: loaded for all of them at once, changed by each in turn, and
/// written together.
package protocol OperationBooks: Sendable {
    /// What one operation may read or change.
    associatedtype Needs: Sendable
    /// What takes one operation's changes back.
    associatedtype Mark

    /// Reads that lock and load all that is needed; `nil` for those that would find nothing. They
    /// run in one round trip, each seeing what was committed before it.
    static func queries(for needs: [Needs]) -> [PostgresStatement?]

    /// - Parameter results: One for each of the queries; without rows for those that were `nil`.
    init(_ results: [PostgresResult]) throws

    func mark(_ needs: Needs) -> Mark
    mutating func rollBack(to mark: Mark)

    /// Writes all that was changed.
    var statements: [PostgresStatement] { get throws }

    /// What others are to be told of it.
    var outbox: [OutboxChange] { get }
}

extension OperationBooks {
    package var outbox: [OutboxChange] { [] }
}
