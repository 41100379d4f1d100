extension Timestamp {
    /// Reads RFC 3339: "2026-11-20T15:04:05.000250Z", "2026-11-20T16:04:05+01:00".
    ///
    /// `nil` for anything else: a lower-case letter, a blank between date and time, more than six
    /// decimals, a moment that does not exist. A leap second is none that can be counted here.
    package init?(rfc3339 text: some StringProtocol) {
        var reader = ClockReader(text.utf8)
        guard let day = CalendarDay(String(decoding: reader.take(10), as: UTF8.self)),
            reader.take("T"), let hour = reader.number(2, upTo: 23), reader.take(":"),
            let minute = reader.number(2, upTo: 59), reader.take(":"),
            let second = reader.number(2, upTo: 59), let fraction = reader.fraction(),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let sinceMidnight = (hour * 60 + minute - offset) * 60 + second
        let (sum, overflow) = day.start.microseconds.addingReportingOverflow(
            sinceMidnight * 1_000_000 + fraction)
        guard !overflow else { return nil }
        self.init(microseconds: sum)
    }
}

/// Takes the parts of a time of day off the front of a text.
private struct ClockReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) { self.rest = ArraySlice(text) }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { self.rest = self.rest.dropFirst(count) }
        return self.rest.prefix(count)
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.rest.first == UInt8(ascii: character) else { return false }
        self.rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int, upTo most: Int64) -> Int64? {
        let taken = self.take(digits)
        guard taken.count == digits, taken.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let number = taken.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        return number <= most ? number : nil
    }

    /// Microseconds; 0 where there is no fraction.
    mutating func fraction() -> Int64? {
        guard self.take(".") else { return 0 }
        let digits = self.rest.prefix { (0x30...0x39).contains($0) }.count
        guard (1...6).contains(digits), let number = self.number(digits, upTo: .max) else {
            return nil
        }
        return (digits..<6).reduce(number) { number, _ in number * 10 }
    }

    /// Minutes that the clock is ahead of UTC.
    mutating func offset() -> Int64? {
        if self.take("Z") { return 0 }
        let isBehind = self.rest.first == UInt8(ascii: "-")
        guard self.take(isBehind ? "-" : "+"), let hours = self.number(2, upTo: 23),
            self.take(":"), let minutes = self.number(2, upTo: 59)
        else { return nil }
        return (hours * 60 + minutes) * (isBehind ? -1 : 1)
    }
}
