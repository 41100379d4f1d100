/// Lines over time, drawn to the width there is.
package struct Plot: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package let name: String
        /// Oldest first; `nil` where nothing is known.
        package let values: [Double?]

        package init(_ name: String, _ values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    package let title: String
    package let unit: String
    package let lines: [Line]
    /// How far back the first value lies: "1 h".
    package let reach: String

    package init(_ title: String, unit: String, reach: String, _ lines: Line...) {
        self.title = title
        self.unit = unit
        self.reach = reach
        self.lines = lines
    }

    /// The upper end of the axis: 1, 2 or 5 times a power of ten, at or above every value.
    package var top: Double {
        let most = self.lines.flatMap(\.values).compactMap(\.self).max() ?? 0
        guard most.isFinite, most > 0 else { return 1 }
        var power = 1.0
        while power < most { power *= 10 }
        while power / 10 >= most { power /= 10 }
        return [power / 5, power / 2].first { $0 >= most } ?? power
    }

    private static let (width, height) = (1_000.0, 100.0)

    /// The points of a line, broken where nothing is known.
    package func paths(_ line: Line) -> [[(x: Double, y: Double)]] {
        let step = Self.width / Double(max(line.values.count - 1, 1))
        var paths: [[(x: Double, y: Double)]] = []
        var path: [(x: Double, y: Double)] = []
        for (index, value) in line.values.enumerated() {
            if let value {
                path.append((Double(index) * step, Self.height * (1 - value / self.top)))
            } else if !path.isEmpty {
                paths.append(path)
                path = []
            }
        }
        return path.isEmpty ? paths : paths + [path]
    }

    package var html: HTML {
        let keys: [HTML] = self.lines.enumerated().map { index, line in
            let last = line.values.last.flatMap(\.self).map(Self.text) ?? "–"
            return """
                <li><span class="key line\(index)"></span>\(line.name) \
                <strong>\(last) \(self.unit)</strong></li>
                """
        }
        return """
            <figure class="panel plot"><figcaption>\(self.title)</figcaption><ul>\(keys)</ul>\
            <div class="area"><span class="top">\(Self.text(self.top)) \(self.unit)</span>\
            <svg role="img" aria-label="\(self.summary)" viewBox="0 0 1000 100" \
            preserveAspectRatio="none"><line class="grid" x1="0" x2="1000" y1="50" y2="50"/>\
            \(self.lines.enumerated().map(self.drawn))</svg>\
            <span class="then">\(self.reach) ago</span><span class="now">now</span></div></figure>
            """
    }

    private func drawn(_ index: Int, _ line: Line) -> HTML {
        let parts: [HTML] = self.paths(line).map { path in
            // A lone point is seen as a short line.
            let points = path.count > 1 ? path : [path[0], (path[0].x + 1, path[0].y)]
            let text = points.map { "\(Self.digits($0.x)),\(Self.digits($0.y))" }
                .joined(separator: " ")
            return "<polyline class=\"line\(index)\" points=\"\(text)\"/>"
        }
        return "\(parts)"
    }

    private var summary: String {
        let lines = self.lines.map { line in
            let known = line.values.compactMap(\.self)
            guard let last = known.last, let most = known.max() else {
                return "\(line.name): nothing known"
            }
            return "\(line.name): \(Self.text(last)) \(self.unit) now, at most \(Self.text(most))"
        }
        return "\(self.title), the last \(self.reach). " + lines.joined(separator: "; ")
    }

    private static func digits(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// "12.5", "340": as many digits as say something.
    package static func text(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "–" }
        if value >= 100 || value == value.rounded() { return "\(Int64(value.rounded()))" }
        let hundredths = Int64((value * 100).rounded())
        let rest = hundredths % 100
        if rest == 0 { return "\(hundredths / 100)" }
        if rest % 10 == 0 { return "\(hundredths / 100).\(rest / 10)" }
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
