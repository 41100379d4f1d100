internal import Identifiers
internal import Money

/// The publications of a file in one of the ECB's formats, oldest first.
///
/// Read are the XML files (`eurofxref-daily.xml`, `-hist-90d.xml`, `-hist.xml`) and the CSV files
/// (`eurofxref.csv`, `eurofxref-hist.csv`). A file is taken whole or not at all. Currencies that
/// are no more (SKK, BGN) are passed over.
///
/// A file whose XML names another sender than the ECB, or whose CSV begins with `#` lines, holds
/// sample figures.
///
/// - Parameter source: What the caller takes the file for; `nil` leaves it to the file.
/// - Throws: `.empty`, `.malformed`, `.partial`, `.duplicate` with line and field;
///   `.sourceMismatch` when sample figures are to be taken for the ECB's.
package func rates(
    from text: String, source: RateSource? = nil
) throws(FXError) -> [Publication] {
    let trimmed = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
    guard let first = trimmed.utf8.first else { throw FXError(.empty, "the file is empty") }
    let file: RateFile
    if first == UInt8(ascii: "<") {
        file = try ECBXMLReader.read(text)
    } else {
        file = try ECBCSVReader.read(text)
    }
    guard source != .ecb || file.source == .ecb else {
        throw FXError(.sourceMismatch, "the file says that it holds sample figures, not the ECB's")
    }
    return try file.publications(source: source ?? file.source)
}

/// What a reader found, day by day, before it becomes publications.
struct RateFile {
    var source: RateSource
    var days: [Day] = []

    struct Day {
        let day: CalendarDay
        let line: Int
        var rates: [Currency: DecimalNumber] = [:]
    }

    /// Begins a day.
    ///
    /// - Throws: `.malformed` when the text is no day; `.duplicate` when it was there before.
    mutating func begin(_ day: CalendarDay?, line: Int, field: String) throws(FXError) {
        guard let day else {
            throw FXError(.malformed, "expected a day like 2026-11-20", line: line, field: field)
        }
        self.days.append(Day(day: day, line: line))
    }

    /// Adds a rate to the last day.
    mutating func add(_ code: String, _ text: String, line: Int) throws(FXError) {
        guard !self.days.isEmpty else {
            throw FXError(.malformed, "a rate outside of any day", line: line, field: code)
        }
        guard code.utf8.count == 3, code.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) else {
            throw FXError(
                .malformed, "expected a currency's code like USD", line: line, field: "currency")
        }
        guard let rate = try? DecimalNumber(parsing: text) else {
            throw FXError(.malformed, "expected a rate like 1.0847", line: line, field: code)
        }
        guard let currency = try? Currency.named(code) else { return }
        do throws(FXError) {
            try Publication.validate(rate, of: currency)
        } catch {
            throw FXError(error.code, error.message, line: line, field: code)
        }
        let index = self.days.count - 1
        guard self.days[index].rates.updateValue(rate, forKey: currency) == nil else {
            throw FXError(.duplicate, "a second rate on one day", line: line, field: code)
        }
    }

    func publications(source: RateSource) throws(FXError) -> [Publication] {
        guard !self.days.isEmpty else { throw FXError(.empty, "the file has no rates") }
        let days = self.days.sorted { $0.day < $1.day }
        for (day, next) in zip(days, days.dropFirst()) where day.day == next.day {
            throw FXError(
                .duplicate, "\(next.day) is there twice", line: max(day.line, next.line))
        }
        var publications: [Publication] = []
        publications.reserveCapacity(days.count)
        for day in days {
            do throws(FXError) {
                let publication = try Publication(day: day.day, source: source, rates: day.rates)
                try publication.validate(againstCount: publications.last?.rates.count ?? 0)
                publications.append(publication)
            } catch {
                throw FXError(error.code, error.message, line: day.line, field: error.field)
            }
        }
        return publications
    }
}
