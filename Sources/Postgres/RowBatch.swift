/// Rows of one table that one statement writes: its SQL names them as a table of their own.
///
///     INSERT INTO charge (id, amount) SELECT * FROM \(batch.source)
package struct RowBatch: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let type: PostgresValue.ColumnType

        package init(_ name: String, _ type: PostgresValue.ColumnType) {
            self.name = name
            self.type = type
        }
    }

    package let columns: [Column]
    private var values: [[PostgresValue]]
    package private(set) var count = 0

    package init(_ columns: [Column]) {
        self.columns = columns
        self.values = Array(repeating: [], count: columns.count)
    }

    /// - Parameter row: A value for each column.
    package mutating func append(_ row: [PostgresValue]) {
        precondition(row.count == self.columns.count, "a row has as many values as columns")
        for (index, value) in row.enumerated() { self.values[index].append(value) }
        self.count += 1
    }

    package var isEmpty: Bool { self.count == 0 }

    package var names: String { self.columns.map(\.name).joined(separator: ", ") }

    /// The rows as a source named `r`, made of parameters from $1 on.
    package var source: String {
        let arrays = self.columns.enumerated()
            .map { "$\($0 + 1)::\($1.type.rawValue)[]" }.joined(separator: ", ")
        return "unnest(\(arrays)) AS r (\(self.names))"
    }

    package var parameters: [PostgresValue] {
        zip(self.values, self.columns).map { .columnArray($0, like: $1.type) }
    }

    /// Adds all rows.
    package func insertion(into table: String, suffix: String = "") -> PostgresStatement {
        PostgresStatement(
            "INSERT INTO \(table) (\(self.names)) SELECT \(self.names) FROM \(self.source) \(suffix)",
            self.parameters)
    }

    /// Changes the rows of a table that have the first column's values: to all others'.
    package func update(of table: String) -> PostgresStatement {
        let key = self.columns[0].name
        let changes = self.columns.dropFirst().map { "\($0.name) = r.\($0.name)" }
        return PostgresStatement(
            """
            UPDATE \(table) AS t SET \(changes.joined(separator: ", ")) FROM \(self.source)
            WHERE t.\(key) = r.\(key)
            """, self.parameters)
    }
}
