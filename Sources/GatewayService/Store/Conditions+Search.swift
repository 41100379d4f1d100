internal import GatewayCore
internal import Identifiers
internal import Postgres

extension Conditions {
    /// What a search asks of customers.
    mutating func add(_ query: SearchQuery) {
        var parts: [String] = []
        for clause in query.clauses {
            let condition = self.condition(of: clause)
            // A field that is not there is not equal to anything.
            parts.append(
                "\(clause.isNegated ? "NOT " : "")coalesce(\(condition), false)")
        }
        self.add("(\(parts.joined(separator: query.joint == .any ? " OR " : " AND ")))")
    }

    private mutating func condition(of clause: SearchQuery.Clause) -> String {
        switch clause.condition {
        case .equal(let text):
            let value = self.bind(.text(text))
            if let key = clause.key {
                let place = "array_position(metadata_keys, \(self.bind(.text(key))))"
                return "metadata_values[\(place)] = \(value)"
            }
            return "lower(\(Self.column(clause.field))) = lower(\(value))"
        case .contains(let text):
            let part = self.bind(.text(text))
            return "strpos(lower(\(Self.column(clause.field))), lower(\(part))) > 0"
        case .number(let comparison, let second):
            return self.created(comparison, second)
        case .absent:
            let key = self.bind(.text(clause.key ?? ""))
            return "array_position(metadata_keys, \(key)) IS NULL"
        }
    }

    /// Columns are named here alone: nothing of a request becomes part of a statement.
    private static func column(_ field: String) -> String {
        switch field {
        case "email": "email"
        case "phone": "phone"
        default: "name"
        }
    }

    /// Whole seconds since 1970: a customer was made in the second that its time lies in.
    private mutating func created(
        _ comparison: SearchQuery.Comparison, _ second: Int64
    ) -> String {
        let limit: Int64 = 1 << 40
        let second = min(max(second, -limit), limit)
        func moment(_ second: Int64) -> PostgresValue {
            .timestamp(Timestamp(microseconds: second * 1_000_000))
        }
        switch comparison {
        case .equal:
            let (first, next) = (self.bind(moment(second)), self.bind(moment(second + 1)))
            return "created_at >= \(first) AND created_at < \(next)"
        case .above: return "created_at >= \(self.bind(moment(second + 1)))"
        case .atLeast: return "created_at >= \(self.bind(moment(second)))"
        case .below: return "created_at < \(self.bind(moment(second)))"
        case .atMost: return "created_at < \(self.bind(moment(second + 1)))"
        }
    }
}
