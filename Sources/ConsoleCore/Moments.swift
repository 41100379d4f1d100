internal import Identifiers

/// Times and durations as the console writes them.
package enum Moments {
    /// "2026-11-20 15:04:05 UTC", with the exact time for machines beside it; a dash for never.
    package static func html(_ microseconds: Int64) -> HTML {
        guard microseconds != 0 else { return "–" }
        let exact = Timestamp(microseconds: microseconds).description
        return """
            <time datetime="\(exact)">\(String(exact.prefix(10))) \(Self.clock(exact, 8)) \
            <span class="zone">UTC</span></time>
            """
    }

    /// "15:04:05.123 UTC", where the day is known.
    package static func precise(_ microseconds: Int64) -> HTML {
        let exact = Timestamp(microseconds: microseconds).description
        return """
            <time datetime="\(exact)">\(Self.clock(exact, 12)) <span class="zone">UTC</span></time>
            """
    }

    private static func clock(_ exact: String, _ length: Int) -> String {
        String(exact.dropFirst(11).prefix(length))
    }

    /// "0.4 ms", "12 ms", "3.4 s", "2 min 5 s", "3 h 20 min", "4 d 2 h".
    package static func span(_ microseconds: Int64) -> String {
        let milliseconds = microseconds / 1_000
        let (seconds, minutes) = (milliseconds / 1_000, milliseconds / 60_000)
        let hours = minutes / 60
        if milliseconds < 10 {
            return "\(milliseconds).\(abs(microseconds % 1_000 / 100)) ms"
        }
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if minutes < 1 { return "\(seconds).\(milliseconds % 1_000 / 100) s" }
        if hours < 1 { return "\(minutes) min \(seconds % 60) s" }
        if hours < 48 { return "\(hours) h \(minutes % 60) min" }
        return "\(hours / 24) d \(hours % 24) h"
    }
}
