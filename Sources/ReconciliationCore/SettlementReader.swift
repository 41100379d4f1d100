internal import Identifiers
internal import Money

extension SettlementFile {
    /// Reads a file, whole or not at all.
    ///
    /// - Throws: The first thing that is wrong, with its line and column.
    package init(parsing bytes: some BidirectionalCollection<UInt8>) throws(SettlementFileError) {
        var reader = SettlementReader()
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try reader.read(rest[..<end])
            rest = rest[rest.index(after: end)...]
        }
        self = try reader.finish(hasRest: !rest.isEmpty)
    }

    /// Reads a file's text, whole or not at all.
    package init(parsing text: String) throws(SettlementFileError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// Takes a file line by line.
private struct SettlementReader {
    /// Longer than any line with a reference of 255 characters.
    private static let longestLine = 4096

    private var number = 0
    private var lines: [SettledLine] = []
    private var totals = SettlementTotals()
    private var isClosed = false

    mutating func read(_ bytes: some BidirectionalCollection<UInt8>) throws(SettlementFileError) {
        self.number += 1
        guard !self.isClosed else {
            throw self.error(.afterClosing, "nothing may follow the closing line")
        }
        let text = try self.text(bytes)
        let cells = text.split(separator: ",", omittingEmptySubsequences: false)
        if self.number == 1 {
            guard cells.map(String.init) == SettlementFile.columns else {
                throw self.error(
                    .wrongHeader,
                    "the first line must be \(SettlementFile.columns.joined(separator: ","))")
            }
        } else if cells.first == "END" {
            try self.close(cells)
        } else {
            let line = try self.line(cells)
            self.totals.add(line.kind, line.amount)
            self.lines.append(line)
        }
    }

    func finish(hasRest: Bool) throws(SettlementFileError) -> SettlementFile {
        guard self.isClosed, !hasRest else {
            throw SettlementFileError(
                self.isClosed ? .afterClosing : .cut,
                self.isClosed
                    ? "nothing may follow the closing line"
                    : "the file ends without its closing line: get the whole file again",
                line: self.number + (hasRest || self.number == 0 ? 1 : 0))
        }
        return SettlementFile(lines: self.lines, totals: self.totals)
    }

    private func text(_ bytes: some BidirectionalCollection<UInt8>) throws(SettlementFileError)
        -> String
    {
        guard bytes.count <= Self.longestLine else {
            throw self.error(.lineTooLong, "a line has at most \(Self.longestLine) bytes")
        }
        guard bytes.last != UInt8(ascii: "\r") else {
            throw self.error(.carriageReturn, "lines end with a line feed alone")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw self.error(.notUTF8, "the line is no UTF-8")
        }
        return text
    }

    private func line(_ cells: [Substring]) throws(SettlementFileError) -> SettledLine {
        guard cells.count == SettlementFile.columns.count else {
            throw self.error(
                .wrongColumnCount,
                "a line has \(SettlementFile.columns.count) columns, this one \(cells.count)")
        }
        guard let kind = MovementKind(rawValue: String(cells[1])) else {
            throw self.error(.wrongType, "must be capture or refund", column: 1)
        }
        guard let at = Timestamp(rfc3339: cells[4]) else {
            throw self.error(
                .wrongTime, "must be a moment like 2026-11-20T15:04:05.000250Z", column: 4)
        }
        let currency = try self.currency(cells[3], column: 3)
        return SettledLine(
            reference: try self.reference(cells[0]), kind: kind,
            amount: Money(try self.amount(cells[2]), currency), at: at, lineNumber: self.number)
    }

    private func reference(_ cell: Substring) throws(SettlementFileError) -> String {
        let isPlain = cell.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        guard (1...255).contains(cell.unicodeScalars.count), isPlain, !cell.contains("\"") else {
            throw self.error(
                .wrongReference,
                "must have 1 to 255 characters, no blank, quote or control character among them",
                column: 0)
        }
        return String(cell)
    }

    /// More than nothing, in digits alone and without zeros in front.
    private func amount(_ cell: Substring) throws(SettlementFileError) -> Int64 {
        let isPlain = cell.utf8.allSatisfy { (0x30...0x39).contains($0) } && cell.first != "0"
        guard isPlain, let amount = Int64(cell), amount > 0 else {
            throw self.error(.wrongAmount, "must be a number of minor units, 1 or more", column: 2)
        }
        return amount
    }

    private func currency(
        _ cell: Substring, column: Int
    ) throws(SettlementFileError) -> Currency {
        guard let currency = try? Currency.named(String(cell)), currency.code == cell else {
            throw self.error(.wrongCurrency, "must be a currency like USD", column: column)
        }
        return currency
    }

    private mutating func close(_ cells: [Substring]) throws(SettlementFileError) {
        guard cells.count >= 2, (cells.count - 2) % 3 == 0, let count = Int(cells[1]) else {
            throw self.error(
                .wrongClosing, "must be END, the count, and three columns for each currency")
        }
        guard count == self.totals.count else {
            throw self.error(
                .countDiffers, "the file has \(self.totals.count) lines, not \(count)",
                columnName: "count")
        }
        // Its text follows from the totals, so another text has other totals, or another order.
        let expected = self.totals.closingLine
        guard cells.joined(separator: ",") == expected else {
            throw self.error(
                .totalsDiffer, "the lines add up to \(expected)", columnName: "totals")
        }
        self.isClosed = true
    }

    private func error(
        _ kind: SettlementFileError.Kind, _ message: String, column: Int
    ) -> SettlementFileError {
        self.error(kind, message, columnName: SettlementFile.columns[column])
    }

    private func error(
        _ kind: SettlementFileError.Kind, _ message: String, columnName: String? = nil
    ) -> SettlementFileError {
        SettlementFileError(kind, message, line: self.number, column: columnName)
    }
}
