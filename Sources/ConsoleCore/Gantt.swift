package import Identifiers

/// Bars on one time axis: when each step was at work, when it was undone.
package struct Gantt: Hashable, Sendable {
    package struct Bar: Hashable, Sendable {
        package let from: Timestamp
        package let to: Timestamp
        package let tone: Tone
        /// "authorize, succeeded"
        package let label: String

        package init(from: Timestamp, to: Timestamp, tone: Tone, label: String) {
            self.from = from
            self.to = max(from, to)
            self.tone = tone
            self.label = label
        }
    }

    /// Where a bar lies, in hundredths of a percent of the axis.
    package struct Place: Hashable, Sendable {
        package let x: Int64
        package let width: Int64
    }

    package let from: Timestamp
    package let to: Timestamp

    /// - Parameter to: The end of the axis; an axis has a length always.
    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = max(to, from + .microseconds(1))
    }

    private static let whole: Int64 = 10_000
    /// What happened within an instant is seen too.
    private static let least: Int64 = 60

    /// Where a bar lies; what sticks out of the axis is cut off.
    package func place(_ bar: Bar) -> Place {
        let end = self.position(bar.to)
        let start = min(self.position(bar.from), Self.whole - Self.least)
        return Place(x: start, width: max(end - start, Self.least))
    }

    private func position(_ time: Timestamp) -> Int64 {
        let length = Double(self.to.microseconds - self.from.microseconds)
        let part = Double(time.microseconds - self.from.microseconds) / length
        return Int64((min(max(part, 0), 1) * Double(Self.whole)).rounded())
    }

    /// One line of the picture, as wide as there is room for it.
    ///
    /// - Parameter label: What the line shows, for those who do not see it.
    package func lane(_ bars: [Bar], label: String) -> HTML {
        """
        <svg class="lane" role="img" aria-label="\(label)" width="100%" height="16">\
        <line class="grid" x1="25%" x2="25%" y1="0" y2="16"/>\
        <line class="grid" x1="50%" x2="50%" y1="0" y2="16"/>\
        <line class="grid" x1="75%" x2="75%" y1="0" y2="16"/>\
        \(bars.map(self.rectangle))</svg>
        """
    }

    private func rectangle(_ bar: Bar) -> HTML {
        let place = self.place(bar)
        let fill: HTML = .when(bar.tone == .undone, " fill=\"url(#undone)\"")
        return """
            <rect class="bar \(bar.tone.rawValue)" x="\(percent(place.x))" y="2" \
            width="\(percent(place.width))" height="12" rx="2"\(fill)>\
            <title>\(bar.label), \(Moments.span(bar.to.microseconds - bar.from.microseconds))</title>\
            </rect>
            """
    }

    /// The pattern of what was undone, once on each page.
    package static let patterns: HTML = """
        <svg width="0" height="0" class="patterns" aria-hidden="true"><defs>\
        <pattern id="undone" width="6" height="6" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect class="under" width="6" height="6"/>\
        <rect class="stripe" width="3" height="6"/></pattern></defs></svg>
        """
}

/// Hundredths of a percent: "12.05%".
func percent(_ hundredths: Int64) -> String {
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)%"
}
