/// A table of a page, with its caption.
package struct Table: Sendable {
    package struct Column: Sendable {
        package let title: String
        package var isNumber = false
        /// Left out where there is little room.
        package var isMinor = false

        package init(_ title: String) { self.title = title }

        package static func number(_ title: String) -> Column {
            var column = Column(title)
            column.isNumber = true
            return column
        }

        package var minor: Column {
            var column = self
            column.isMinor = true
            return column
        }

        fileprivate var classes: String {
            [self.isNumber ? "number" : "", self.isMinor ? "minor" : ""].filter { !$0.isEmpty }
                .joined(separator: " ")
        }
    }

    private let caption: String
    private let columns: [Column]
    /// What is said in the place of rows when there are none.
    private let empty: String
    private var rows: [[HTML]] = []

    package init(_ caption: String, _ columns: Column..., empty: String) {
        self.caption = caption
        self.columns = columns
        self.empty = empty
    }

    /// - Precondition: One cell for each column; the first names the row.
    package mutating func add(_ cells: HTML...) {
        precondition(cells.count == self.columns.count)
        self.rows.append(cells)
    }

    package var html: HTML {
        guard !self.rows.isEmpty else {
            return """
                <div class="panel"><h2>\(self.caption)</h2><p class="quiet">\(self.empty)</p></div>
                """
        }
        let heads: [HTML] = self.columns.map {
            "<th role=\"columnheader\" scope=\"col\" class=\"\($0.classes)\">\($0.title)</th>"
        }
        return """
            <div class="panel scroll" role="region" aria-label="\(self.caption)" tabindex="0">\
            <table role="table"><caption>\(self.caption)</caption>\
            <thead role="rowgroup"><tr role="row">\(heads)</tr></thead>\
            <tbody role="rowgroup">\(self.rows.map(self.row))</tbody></table></div>
            """
    }

    /// Roles are said, and each cell has its head's title, as rows are no longer laid out as a
    /// table's where there is little room.
    private func row(_ cells: [HTML]) -> HTML {
        let cells: [HTML] = zip(self.columns, cells).enumerated().map { index, pair in
            let (column, cell) = pair
            return index == 0
                ? """
                <th role="rowheader" scope="row" class="\(column.classes)">\(cell)</th>
                """
                : """
                <td role="cell" class="\(column.classes)" data-title="\(column.title)">\(cell)</td>
                """
        }
        return "<tr role=\"row\">\(cells)</tr>\n"
    }
}
