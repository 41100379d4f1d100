internal import AcquirerCore
package import Identifiers
package import Postgres
internal import ServiceKit

/// The attempts at the acquirer that a batch of operations works on: the table `acquirer_attempt`,
/// the same in every service that asks the acquirer.
package struct AttemptBook: Sendable {
    fileprivate struct Entry: Sendable {
        var operation: AcquirerOperation
        var isStored: Bool
        var isChanged = false
        var changedAt: Timestamp
    }

    private var entries: [String: Entry] = [:]
    /// In the order in which they were made or changed.
    private var touched: [String] = []

    package static func query(for references: [String]) -> PostgresStatement? {
        guard let range = KeyRange(references) else { return nil }
        return PostgresStatement(
            """
            SELECT \(AcquirerOperation.columns) FROM acquirer_attempt
            WHERE \(range.areIn("reference")) ORDER BY reference FOR UPDATE
            """, range.parameters)
    }

    package init(_ result: PostgresResult) throws {
        for row in result.rows {
            let operation = try AcquirerOperation(row)
            self.entries[operation.attempt.reference] = Entry(
                operation: operation, isStored: true,
                changedAt: Timestamp(microseconds: 0))
        }
    }

    package func attempt(_ reference: String) -> AcquirerOperation? {
        self.entries[reference]?.operation
    }

    /// - Returns: Whether the reference was free.
    package mutating func insert(_ operation: AcquirerOperation, at now: Timestamp) -> Bool {
        let reference = operation.attempt.reference
        guard self.entries[reference] == nil else { return false }
        self.entries[reference] = Entry(operation: operation, isStored: false, changedAt: now)
        self.touched.append(reference)
        return true
    }

    /// Notes how far an attempt came. What is settled stays as it is.
    package mutating func save(_ operation: AcquirerOperation, at now: Timestamp) {
        let reference = operation.attempt.reference
        guard var entry = self.entries[reference], !entry.operation.attempt.state.isSettled else {
            return
        }
        let isUnwanted = entry.operation.attempt.isUnwanted || operation.attempt.isUnwanted
        entry.operation = operation
        entry.operation.attempt.isUnwanted = isUnwanted
        self.change(entry, reference, at: now)
    }

    /// Notes that an operation is to be undone: from then on nobody sends it.
    package mutating func abandon(_ reference: String, at now: Timestamp) {
        guard var entry = self.entries[reference], !entry.operation.attempt.isUnwanted else {
            return
        }
        entry.operation.attempt.isUnwanted = true
        self.change(entry, reference, at: now)
    }

    private mutating func change(_ entry: Entry, _ reference: String, at now: Timestamp) {
        var entry = entry
        entry.changedAt = now
        entry.isChanged = true
        self.entries[reference] = entry
        self.touched.append(reference)
    }
}

// MARK: - Undoing and writing

extension AttemptBook {
    /// What is restored when an operation is refused.
    package struct Mark: Sendable {
        fileprivate let entries: [String: Entry?]
        fileprivate let touched: Int
    }

    package func mark(_ references: [String]) -> Mark {
        Mark(
            entries: Dictionary(
                references.map { ($0, self.entries[$0]) }, uniquingKeysWith: { $1 }),
            touched: self.touched.count)
    }

    package mutating func rollBack(to mark: Mark) {
        for (reference, entry) in mark.entries { self.entries[reference] = entry }
        self.touched.removeSubrange(mark.touched...)
    }

    package var statements: [PostgresStatement] {
        var new = RowBatch(AcquirerOperation.columnTypes)
        var changed = RowBatch([
            .init("reference", .text), .init("is_unwanted", .bool), .init("state", .text),
            .init("code", .text), .init("decline_code", .text), .init("message", .text),
            .init("updated_at", .timestamp),
        ])
        for reference in Set(self.touched).sorted() {
            guard let entry = self.entries[reference] else { continue }
            if entry.isStored {
                changed.append(entry.operation.changeable(at: entry.changedAt))
            } else {
                new.append(entry.operation.parameters(at: entry.changedAt))
            }
        }
        var statements: [PostgresStatement] = []
        if !new.isEmpty { statements.append(new.insertion(into: "acquirer_attempt")) }
        if !changed.isEmpty { statements.append(changed.update(of: "acquirer_attempt")) }
        return statements
    }
}
