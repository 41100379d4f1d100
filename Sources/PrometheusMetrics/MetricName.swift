/// Names and labels as the text format allows them.
enum MetricName {
    /// `label` with every character replaced that a metric's name may not have.
    static func metric(_ label: String) -> String {
        self.name(label) { $0 == ":" }
    }

    /// Labels as they stand between the braces, in the order of their names: the same dimensions
    /// in another order are the same series.
    static func labels(_ dimensions: [(String, String)]) -> String {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            var name = self.name(name) { _ in false }
            // The format's own: a bucket's upper bound, and names for Prometheus itself.
            if name == "le" || name.hasPrefix("__") { name = "exported_\(name)" }
            values[name] = value
        }
        return values.sorted { $0.key < $1.key }
            .map { "\($0)=\"\(self.escaped($1, quotes: true))\"" }
            .joined(separator: ",")
    }

    /// Text with what would end it escaped.
    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func name(_ text: String, _ isAllowed: (Unicode.Scalar) -> Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": result.unicodeScalars.append(scalar)
            case "0"..."9":
                if result.isEmpty { result = "_" }
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "_")
            }
        }
        return result.isEmpty ? "_" : result
    }
}
