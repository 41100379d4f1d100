/// Typed values. Each throws ``ConfigurationError`` with the field named when the text does not
/// hold such a value or lies outside what is allowed.
extension Settings {
    package func text(_ key: String, default fallback: String) throws(ConfigurationError) -> String
    {
        try self.optionalText(key) ?? fallback
    }

    package func requiredText(
        _ key: String, isSecret: Bool = false
    ) throws(ConfigurationError) -> String {
        guard let text = try self.optionalText(key, isSecret: isSecret) else {
            throw ConfigurationError(field: key, problem: "is missing")
        }
        return text
    }

    package func integer(
        _ key: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        guard let text = try self.optionalText(key) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw ConfigurationError(
                field: key,
                problem: "\"\(text)\" is not a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    package func duration(
        _ key: String, default fallback: Duration,
        in range: ClosedRange<Duration> = .zero ... .seconds(366 * 86_400)
    ) throws(ConfigurationError) -> Duration {
        guard let text = try self.optionalText(key) else { return fallback }
        guard let value = DurationText.parse(text), range.contains(value) else {
            throw ConfigurationError(
                field: key,
                problem: "\"\(text)\" is not a duration from "
                    + "\(DurationText.format(range.lowerBound)) to "
                    + "\(DurationText.format(range.upperBound)), like 250ms, 5s, 2m or 1h")
        }
        return value
    }

    package func flag(_ key: String, default fallback: Bool) throws(ConfigurationError) -> Bool {
        guard let text = try self.optionalText(key) else { return fallback }
        switch text {
        case "true": return true
        case "false": return false
        default:
            throw ConfigurationError(field: key, problem: "\"\(text)\" is neither true nor false")
        }
    }

    /// One of the named choices.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default fallback: Choice
    ) throws(ConfigurationError) -> Choice {
        guard let text = try self.optionalText(key) else { return fallback }
        guard let value = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(field: key, problem: "\"\(text)\" is none of \(choices)")
        }
        return value
    }
}
