internal import Identifiers
internal import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "Prints RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_763_651_045_000_250, "2025-11-20T15:04:05.000250Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        ])
    func description(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test("Prints the ends of time without a trap", arguments: [Int64.min, .max])
    func ends(microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description.hasSuffix("Z"))
    }

    @Test("Adds and subtracts durations, and stays at the ends of time")
    func arithmetic() {
        let time = Timestamp(microseconds: 1_000)
        #expect(time + .milliseconds(5) == Timestamp(microseconds: 6_000))
        #expect(time - .milliseconds(5) == Timestamp(microseconds: -4_000))
        #expect(time + .nanoseconds(1_999) == Timestamp(microseconds: 1_001))
        #expect(Timestamp(microseconds: .max) + .seconds(1) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(time - Timestamp(microseconds: 250) == .microseconds(750))
        #expect(Timestamp(microseconds: .max) > time)
    }

    @Test("Reads the machine's clock after 2025")
    func systemClock() {
        #expect(SystemClock().now() > Timestamp(microseconds: 1_735_689_600_000_000))
    }
}

@Suite("CalendarDay")
struct CalendarDayTests {
    @Test("Walks through every day of four centuries as the calendar does")
    func everyDay() throws {
        var expected = try #require(CalendarDay("1899-12-31"))
        for year in 1900..<2300 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                .enumerated()
            {
                for number in 1...length {
                    expected = expected.advanced(by: 1)
                    let day = CalendarDay(year: year, month: month + 1, day: number)
                    #expect(day == expected)
                    #expect(CalendarDay(expected.description) == expected)
                }
                #expect(CalendarDay(year: year, month: month + 1, day: length + 1) == nil)
            }
        }
    }

    @Test(
        "Refuses other spellings and days that do not exist",
        arguments: [
            "", "2026-2-01", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "20260101",
            "2026-01-01 ", "+026-01-01", "2026-01-1a", "0000-01-01", "2026-01-01-", "２026-01-01",
        ])
    func malformed(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test("Is the day of a timestamp in UTC, and begins at midnight")
    func timestamps() throws {
        let day = try #require(CalendarDay("2026-11-20"))
        #expect(day.start.day == day)
        #expect((day.start - .microseconds(1)).day == day.advanced(by: -1))
        #expect((day.start + .seconds(86_399)).day == day)
        #expect(Timestamp(microseconds: -1).day == CalendarDay("1969-12-31"))
        #expect(CalendarDay(daysSinceEpoch: .max).start == Timestamp(microseconds: .max))
    }
}

@Suite("UUID128")
struct UUID128Tests {
    private let uuid = UUID128(high: 0x0192_f0c1_2a3b_7c4d, low: 0x8e5f_6071_8293_a4b5)

    @Test("Prints and reads hyphenated hexadecimal")
    func text() {
        #expect(self.uuid.description == "0192f0c1-2a3b-7c4d-8e5f-60718293a4b5")
        #expect(UUID128("0192F0C1-2a3b-7c4d-8e5f-60718293a4b5") == self.uuid)
        for text in ["", "0192f0c12a3b7c4d8e5f60718293a4b5", self.uuid.description + "0"] {
            #expect(UUID128(text) == nil)
        }
        #expect(UUID128("0192f0c1-2a3b-7c4d-8e5f_60718293a4b5") == nil)
        #expect(UUID128("0192f0c1-2a3b-7c4d-8e5f-60718293a4bg") == nil)
    }

    @Test("Gives and takes sixteen bytes, most significant first")
    func bytes() {
        #expect(self.uuid.bytes.first == 0x01)
        #expect(self.uuid.bytes.last == 0xb5)
        #expect(UUID128(bytes: self.uuid.bytes) == self.uuid)
        #expect(UUID128(bytes: self.uuid.bytes.dropLast()) == nil)
        #expect(UUID128(bytes: []) == nil)
    }

    @Test("Orders as a number")
    func order() {
        #expect(UUID128(high: 0, low: .max) < UUID128(high: 1, low: 0))
        #expect(UUID128(high: 1, low: 1) < UUID128(high: 1, low: 2))
    }
}
