internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC

/// What a list asks of the fields of its payments, or of its charges.
struct PaymentConditions: Hashable, Sendable {
    private let conditions: [PaymentCondition]
    /// Whether one of them is enough.
    private let isAny: Bool

    static let none = PaymentConditions(conditions: [], isAny: false)

    private static let most = 10

    private init(conditions: [PaymentCondition], isAny: Bool) {
        self.conditions = conditions
        self.isAny = isAny
    }

    /// - Throws: `INVALID_ARGUMENT` with the field of the first that does not hold.
    init(_ wires: [PaymentV1.PaymentCondition], isAny: Bool) throws(RPCError) {
        guard wires.count <= Self.most else {
            throw .invalidArgument(field: "conditions", "must be at most \(Self.most)")
        }
        var conditions: [PaymentCondition] = []
        for (index, wire) in wires.enumerated() {
            conditions.append(try PaymentCondition(wire, field: "conditions[\(index)]"))
        }
        self.init(conditions: conditions, isAny: isAny)
    }

    /// What a statement calls the table that has amount, state and time. Customer and metadata are
    /// the payment's, which is called `p`.
    enum Subject: String {
        case payment = "p"
        case charge = "c"
    }

    /// - Parameter bind: Takes a value and tells how the statement names it.
    /// - Returns: `nil` when nothing is asked.
    func sql(of subject: Subject, _ bind: (PostgresValue) -> String) -> String? {
        guard !self.conditions.isEmpty else { return nil }
        let parts = self.conditions.map { $0.sql(subject.rawValue, bind) }
        return "(\(parts.joined(separator: self.isAny ? " OR " : " AND ")))"
    }
}

struct PaymentCondition: Hashable, Sendable {
    private enum Test: Hashable, Sendable {
        case status(String)
        case currency(String)
        case customer(String)
        case amount(comparison: String, Int64)
        /// Made at or after, and before.
        case created(from: Timestamp?, to: Timestamp?)
        /// - Parameter value: `nil`: there is no such entry.
        case metadata(key: String, value: String?)
    }

    private let test: Test
    private let isNegated: Bool

    /// - Parameter field: The condition's place in the request, for the error.
    init(_ wire: PaymentV1.PaymentCondition, field: String) throws(RPCError) {
        self.isNegated = wire.isNegated
        func requireEqual() throws(RPCError) {
            guard wire.comparison == .equal else {
                throw .invalidArgument(
                    field: "\(field).comparison", "must be EQUAL for this field")
            }
        }
        switch wire.field {
        case .status:
            try requireEqual()
            self.test = .status(wire.text)
        case .currency:
            try requireEqual()
            self.test = .currency(wire.text)
        case .customer:
            try requireEqual()
            self.test = .customer(wire.text)
        case .amount:
            self.test = .amount(
                comparison: try Self.comparison(wire.comparison, field), wire.number)
        case .created: self.test = try Self.created(wire, field)
        case .metadata:
            guard wire.comparison != .absent else {
                self.test = .metadata(key: wire.key, value: nil)
                return
            }
            try requireEqual()
            self.test = .metadata(key: wire.key, value: wire.text)
        default: throw .invalidArgument(field: "\(field).field", "must be a known field")
        }
    }

    private static func comparison(
        _ comparison: PaymentV1.PaymentCondition.Comparison, _ field: String
    ) throws(RPCError) -> String {
        switch comparison {
        case .equal: return "="
        case .above: return ">"
        case .atLeast: return ">="
        case .below: return "<"
        case .atMost: return "<="
        default:
            throw .invalidArgument(field: "\(field).comparison", "must be one of numbers")
        }
    }

    private static func created(
        _ wire: PaymentV1.PaymentCondition, _ field: String
    ) throws(RPCError) -> Test {
        let (start, overflow) = wire.number.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, start < .max - 1_000_000 else {
            throw .invalidArgument(field: "\(field).number", "must be a moment in Unix seconds")
        }
        let (first, next) = (
            Timestamp(microseconds: start), Timestamp(microseconds: start + 1_000_000)
        )
        switch wire.comparison {
        case .equal: return .created(from: first, to: next)
        case .above: return .created(from: next, to: nil)
        case .atLeast: return .created(from: first, to: nil)
        case .below: return .created(from: nil, to: first)
        case .atMost: return .created(from: nil, to: next)
        default:
            throw .invalidArgument(field: "\(field).comparison", "must be one of numbers")
        }
    }

    fileprivate func sql(_ subject: String, _ bind: (PostgresValue) -> String) -> String {
        let condition = self.positive(subject, bind)
        return self.isNegated ? "NOT (\(condition))" : "(\(condition))"
    }

    private func positive(_ subject: String, _ bind: (PostgresValue) -> String) -> String {
        switch self.test {
        case .status(let text): return "\(subject).status = \(bind(.text(text)))"
        case .currency(let text): return "\(subject).currency = \(bind(.text(text)))"
        case .customer(let text): return "p.customer_id = \(bind(.text(text)))"
        case .amount(let comparison, let amount):
            return "\(subject).amount \(comparison) \(bind(.int64(amount)))"
        case .created(let from, let to):
            return [from.map { (">=", $0) }, to.map { ("<", $0) }].compactMap(\.self)
                .map { "\(subject).created_at \($0.0) \(bind(.timestamp($0.1)))" }
                .joined(separator: " AND ")
        case .metadata(let key, let value?):
            let value = bind(.text(value))
            // The first two are what the index answers.
            return """
                p.metadata_keys <> '{}' AND p.metadata_values @> ARRAY[\(value)]
                    AND coalesce(p.metadata_values[array_position(p.metadata_keys,
                        \(bind(.text(key))))] = \(value), false)
                """
        case .metadata(let key, nil):
            return "array_position(p.metadata_keys, \(bind(.text(key)))) IS NULL"
        }
    }
}
