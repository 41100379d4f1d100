/// A day of the Gregorian calendar, without a time zone: "2026-11-20".
package struct CalendarDay: Hashable, Sendable, Comparable {
    /// Counted from the first of January 1970; negative before.
    package let daysSinceEpoch: Int64

    package init(daysSinceEpoch: Int64) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// `nil` when there is no such day, or its year is not of four digits.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        guard day <= Self.length(ofMonth: month, year: year) else { return nil }
        // Years are counted from March, so that the leap day is the last of its year.
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * ((month + 9) % 12) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// The day that many days later.
    package func advanced(by days: Int64) -> CalendarDay {
        CalendarDay(daysSinceEpoch: self.daysSinceEpoch + days)
    }

    /// Midnight in UTC, with which the day begins; held at the ends of what a timestamp can say.
    package var start: Timestamp {
        let microseconds = Int128(self.daysSinceEpoch) * 86_400_000_000
        return Timestamp(microseconds: Int64(clamping: microseconds))
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CalendarDay: LosslessStringConvertible {
    /// "2026-11-20", as ISO 8601 has it.
    package var description: String {
        let (year, month, day) = self.components
        return [zeroPadded(year, to: 4), zeroPadded(month, to: 2), zeroPadded(day, to: 2)]
            .joined(separator: "-")
    }

    /// Reads exactly "YYYY-MM-DD"; `nil` for anything else and for days that do not exist.
    package init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2] else { return nil }
        guard parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]) else {
            return nil
        }
        self.init(year: year, month: month, day: day)
    }

    var components: (year: Int64, month: Int64, day: Int64) {
        let shifted = self.daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// The digits of a number that is not negative, filled up with zeros on the left.
func zeroPadded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
