/// Rows of text in columns.
struct Table {
    enum Alignment { case left, right }

    struct Column {
        var title: String
        var alignment: Alignment = .left
    }

    var columns: [Column]
    var rows: [[String]] = []

    init(_ columns: Column...) { self.columns = columns }

    /// The table without a line feed at its end; `empty` when there is no row.
    func rendered(empty: String) -> String {
        guard !self.rows.isEmpty else { return empty }
        let lines = [self.columns.map { $0.title.uppercased() }] + self.rows
        let widths = self.columns.indices.map { column in
            lines.map { $0[column].count }.max() ?? 0
        }
        return lines.map { line in
            let cells = line.indices.map { column in
                Self.padded(line[column], widths[column], self.columns[column].alignment)
            }
            let text = cells.joined(separator: "  ")
            return String(text.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
        let padding = String(repeating: " ", count: width - text.count)
        return alignment == .left ? text + padding : padding + text
    }
}

/// The fields of one thing, a line each, without the empty ones.
struct Record {
    private var fields: [(name: String, value: String)] = []

    mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { self.fields.append((name, value)) }
    }

    func rendered() -> String {
        let width = self.fields.map(\.name.count).max() ?? 0
        return self.fields.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n")
    }
}
