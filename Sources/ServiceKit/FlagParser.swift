/// Reads `--key value` and `--key=value`, and refuses everything else.
enum FlagParser {
    /// The flags' values by name, without the dashes.
    ///
    /// - Throws: ``ConfigurationError`` for an argument that is no flag, a flag without a value
    ///   and a flag given twice.
    static func parse(_ arguments: [String]) throws(ConfigurationError) -> [String: String] {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw ConfigurationError(
                    field: argument, problem: "is not a flag",
                    hint: "Flags are written --key value; --help lists them.")
            }
            let parts = argument.dropFirst(2)
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw ConfigurationError(
                    field: "--\(name)", problem: "has no value", hint: "Write --\(name) value.")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ConfigurationError(
                    field: "--\(name)", problem: "is given twice", hint: "Leave one of them out.")
            }
        }
        return values
    }
}
