/// Prometheus's text format, version 0.0.4.
enum TextFormat {
    /// A name of letters, digits, `_` and `:`; anything else becomes `_`.
    static func name(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isGood =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar == "_" || scalar == ":"
                    || ("0"..."9").contains(scalar))
            name.unicodeScalars.append(isGood ? scalar : "_")
        }
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else {
            return "_" + name
        }
        return name
    }

    /// `code="OK",method="Get"`
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }
            .map { "\(Self.name($0.0))=\"\(Self.escape($0.1))\"" }.joined(separator: ",")
    }

    private static func escape(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}

extension PrometheusMetrics {
    /// Everything that was counted, sorted by name and labels.
    package func render() -> String {
        let (series, dropped) = self.snapshot
        var text = ""
        var last = ""
        let sorted = series.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
        for (key, series) in sorted {
            if key.name != last { text += "# TYPE \(key.name) \(series.type)\n" }
            last = key.name
            switch series {
            case .counter(let counter):
                text += TextFormat.line(key.name, key.labels, "\(counter.value)")
            case .sum(let gauge), .gauge(let gauge):
                text += TextFormat.line(key.name, key.labels, TextFormat.number(gauge.value))
            case .histogram(let histogram):
                text += Self.lines(key, histogram.snapshot)
            }
        }
        text += "# TYPE florin_metrics_dropped_series_total counter\n"
        text += "florin_metrics_dropped_series_total \(dropped)\n"
        return text + ProcessMetrics.render()
    }

    private static func lines(_ key: Key, _ histogram: HistogramSeries.Snapshot) -> String {
        let prefix = key.labels.isEmpty ? "" : key.labels + ","
        var text = ""
        for (bound, count) in histogram.cumulative {
            text += TextFormat.line(
                key.name + "_bucket", "\(prefix)le=\"\(TextFormat.number(bound))\"", "\(count)")
        }
        text += TextFormat.line(
            key.name + "_bucket", "\(prefix)le=\"+Inf\"", "\(histogram.count)")
        text += TextFormat.line(key.name + "_sum", key.labels, TextFormat.number(histogram.sum))
        return text + TextFormat.line(key.name + "_count", key.labels, "\(histogram.count)")
    }
}
