internal import GatewayCore
internal import Identifiers
internal import Postgres
internal import ServiceKit

/// The conditions of a list, with their parameters.
struct Conditions {
    private var conditions: [String] = []
    private(set) var parameters: [PostgresValue] = []

    /// - Parameter table: What stands before the columns' names: "d."
    init(_ scope: Scope, table: String = "") {
        self.add("\(table)account_id =", .uuid(scope.accountID.uuid))
        self.add("\(table)livemode =", .bool(scope.isLive))
    }

    /// Nothing for `nil`.
    mutating func add(_ condition: String, _ value: PostgresValue?) {
        guard let value else { return }
        self.conditions.append("\(condition) \(self.bind(value))")
    }

    /// Of no value, or of values that were taken by ``bind(_:)``.
    mutating func add(_ condition: String) { self.conditions.append(condition) }

    /// Takes a value, and tells how the statement names it.
    mutating func bind(_ value: PostgresValue) -> String {
        self.parameters.append(value)
        return "$\(self.parameters.count)"
    }

    /// Of values that stand elsewhere in it than at its end.
    mutating func add(_ values: [PostgresValue], _ condition: ([String]) -> String) {
        let first = self.parameters.count + 1
        self.parameters += values
        self.conditions.append(condition(values.indices.map { "$\(first + $0)" }))
    }

    mutating func add(_ created: CreatedRange) {
        let period = CreationPeriod(from: created.fromMicroseconds, to: created.toMicroseconds)
        for (condition, value) in period.conditions(column: "created_at") {
            self.add(condition, value)
        }
    }

    mutating func add<Kind>(_ place: ListPlace<Kind>) {
        if let (condition, value) = place.condition(column: "id") { self.add(condition, value) }
    }

    var text: String { self.conditions.joined(separator: " AND ") }

    /// The limit as one more parameter.
    mutating func limit(_ rows: Int64) -> String { self.bind(.int64(rows)) }
}

extension Timestamp {
    /// Whole seconds since 1970.
    var seconds: Int64 { self.microseconds / 1_000_000 }
}
