internal import Identifiers

/// Reads the ECB's CSV files: a header of currencies, a row for each day.
///
///     Date, USD, JPY, …,            Date,USD,JPY,…,
///     20 November 2026, 1.08, …,    2026-11-20,1.08,N/A,…,
///
/// The daily file has one row and spells its date out, the history has all days and "N/A" where
/// a currency had no rate. Both end their lines with a comma.
enum ECBCSVReader {
    static func read(_ text: String) throws(FXError) -> RateFile {
        var file = RateFile(source: .ecb)
        var header: [String]?
        for (index, content) in text.split(
            omittingEmptySubsequences: false,
            whereSeparator: {
                $0.isNewline
            }
        ).enumerated() {
            let line = index + 1
            let row = content.trimmed
            if row.isEmpty { continue }
            if row.first == "#" {
                file.source = .sample
                continue
            }
            let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
            guard let columns = header else {
                header = try Self.columns(cells, line: line)
                continue
            }
            try Self.add(cells, columns: columns, line: line, to: &file)
        }
        guard header != nil else { throw FXError(.empty, "the file has no rates") }
        return file
    }

    /// The codes above the columns, the first one (the date) left out.
    private static func columns(_ cells: [String], line: Int) throws(FXError) -> [String] {
        guard cells.first == "Date" else {
            throw FXError(
                .malformed, "expected a file of the ECB's reference rates, XML or CSV", line: line,
                field: "Date")
        }
        let codes = cells.dropFirst(1)
        return Array(codes.last == "" ? codes.dropLast() : codes)
    }

    private static func add(
        _ cells: [String], columns: [String], line: Int, to file: inout RateFile
    ) throws(FXError) {
        let values = cells.dropFirst()
        guard
            values.count == columns.count
                || (values.count == columns.count + 1
                    && values.last == "")
        else {
            throw FXError(
                .partial, "\(columns.count) currencies, but \(values.count) values", line: line)
        }
        try file.begin(Self.day(cells[0]), line: line, field: "Date")
        for (code, value) in zip(columns, values) where value != "N/A" {
            try file.add(code, value, line: line)
        }
    }

    /// "2026-11-20" or "20 November 2026".
    private static func day(_ text: String) -> CalendarDay? {
        let words = text.split(separator: " ")
        guard words.count == 3 else { return CalendarDay(text) }
        guard let month = Self.months.firstIndex(of: String(words[1])),
            let day = Int(words[0]), let year = Int(words[2])
        else { return nil }
        return CalendarDay(year: year, month: month + 1, day: day)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in
            character == " " || character == "\t" || character == "\u{feff}"
        }
        let end = self.lastIndex { !isSpace($0) }.map(self.index(after:)) ?? self.startIndex
        return String(self[..<end].drop(while: isSpace))
    }
}
