internal import Foundation

/// Lines over time, drawn to the width there is.
package struct Plot: Sendable {
    package struct Line: Hashable, Sendable {
        package let name: String
        /// Oldest first; `nil` where nothing is known.
        package let values: [Double?]

        package init(_ name: String, _ values: [Double?]) {
            self.name = name
            self.values = values
        }
    }

    /// How values become heights.
    package enum Scale: Hashable, Sendable {
        case linear
        /// Small and large ones are both seen; what is below the given value lies at the bottom.
        case logarithmic(from: Double)
    }

    package let title: String
    package let lines: [Line]
    /// How far back the first value lies: "1 h".
    package let reach: String
    private let scale: Scale
    private let text: @Sendable (Double) -> String

    /// - Parameter text: How a value is written, with its unit.
    package init(
        _ title: String, reach: String, scale: Scale = .linear, _ lines: [Line],
        text: @escaping @Sendable (Double) -> String
    ) {
        self.title = title
        self.reach = reach
        self.scale = scale
        self.lines = lines
        self.text = text
    }

    /// The upper end of the axis, at or above every value: 1, 2 or 5 times a power of ten, or a
    /// power of ten above the lower end.
    package var top: Double {
        let most = self.lines.flatMap(\.values).compactMap(\.self).max() ?? 0
        guard most.isFinite, most > 0 else { return self.bottom * 10 + 1 }
        var power = max(1.0, self.bottom * 10)
        while power < most { power *= 10 }
        guard case .linear = self.scale else { return power }
        while power / 10 >= most { power /= 10 }
        return [power / 5, power / 2].first { $0 >= most } ?? power
    }

    private var bottom: Double {
        switch self.scale {
        case .linear: 0
        case .logarithmic(let bottom): bottom
        }
    }

    /// How high a value lies: 0 at the bottom, 1 at the top.
    package func height(of value: Double) -> Double {
        let part =
            switch self.scale {
            case .linear: value / self.top
            case .logarithmic(let bottom):
                value <= bottom ? 0 : log(value / bottom) / log(self.top / bottom)
            }
        return min(max(part, 0), 1)
    }

    private static let (width, height) = (1_000.0, 100.0)

    /// The points of a line, broken where nothing is known.
    package func paths(_ line: Line) -> [[(x: Double, y: Double)]] {
        let step = Self.width / Double(max(line.values.count - 1, 1))
        var paths: [[(x: Double, y: Double)]] = []
        var path: [(x: Double, y: Double)] = []
        for (index, value) in line.values.enumerated() {
            if let value {
                path.append((Double(index) * step, Self.height * (1 - self.height(of: value))))
            } else if !path.isEmpty {
                paths.append(path)
                path = []
            }
        }
        return path.isEmpty ? paths : paths + [path]
    }

    package var html: HTML {
        let keys: [HTML] = self.lines.enumerated().map { index, line in
            let last = line.values.last.flatMap(\.self).map(self.text) ?? "–"
            return """
                <li><span class="key line\(index)"></span>\(line.name) <strong>\(last)</strong></li>
                """
        }
        return """
            <figure class="panel plot"><figcaption>\(self.title)</figcaption><ul>\(keys)</ul>\
            <div class="area"><span class="top">\(self.range)</span>\
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

    /// The axis in words.
    private var range: String {
        switch self.scale {
        case .linear: self.text(self.top)
        case .logarithmic(let bottom):
            "\(self.text(bottom)) to \(self.text(self.top)), logarithmic"
        }
    }

    private var summary: String {
        let lines = self.lines.map { line in
            let known = line.values.compactMap(\.self)
            guard let last = known.last, let most = known.max() else {
                return "\(line.name): nothing known"
            }
            return "\(line.name): \(self.text(last)) now, at most \(self.text(most))"
        }
        return "\(self.title), the last \(self.reach). " + lines.joined(separator: "; ")
    }

    private static func digits(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// "12.5", "340": as many digits as say something.
    package static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "–" }
        if value >= 100 || value == value.rounded() { return "\(Int64(value.rounded()))" }
        let hundredths = Int64((value * 100).rounded())
        let rest = hundredths % 100
        if rest == 0 { return "\(hundredths / 100)" }
        if rest % 10 == 0 { return "\(hundredths / 100).\(rest / 10)" }
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
