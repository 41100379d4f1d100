/// A month of UTC.
package struct CalendarMonth: Hashable, Sendable, Comparable {
    /// Counted from January of the year 0.
    private let index: Int

    private init(index: Int) {
        self.index = index
    }

    package init(of time: Timestamp) {
        let day = time.day.components
        self.init(index: Int(day.year * 12 + day.month - 1))
    }

    package static func < (left: CalendarMonth, right: CalendarMonth) -> Bool {
        left.index < right.index
    }

    package var year: Int { self.index / 12 }
    /// 1 to 12.
    package var month: Int { self.index % 12 + 1 }

    package func advanced(by months: Int) -> CalendarMonth {
        CalendarMonth(index: self.index + months)
    }

    /// How many months later it is than `other`.
    package func months(since other: CalendarMonth) -> Int { self.index - other.index }

    /// Its first moment; held at the end of what a day can say.
    package var start: Timestamp {
        CalendarDay(year: self.year, month: self.month, day: 1)?.start
            ?? Timestamp(microseconds: .max)
    }
}
