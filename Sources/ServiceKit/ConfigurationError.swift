/// Why a configuration cannot be used: which field, what is wrong with it, and what to do.
///
/// The description never holds the field's value when the field is a secret.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key as it is written in a file: `listen-address`.
    package let field: String
    /// What is wrong, as the end of a sentence that begins with the field.
    package let problem: String
    /// What to do about it; empty for the general advice on where a key can be given.
    package let hint: String

    package init(field: String, problem: String, hint: String = "") {
        self.field = field
        self.problem = problem
        self.hint = hint
    }

    package var description: String {
        "\(self.field): \(self.problem). \(self.hint.isEmpty ? self.places : self.hint)"
    }

    private var places: String {
        let flag = SettingName.flag(self.field)
        let variable = SettingName.variable(self.field)
        return "Give it as --\(flag), as \(variable), or as \(self.field) in the file that "
            + "--config names."
    }
}

/// The three spellings of one key: `peers.acquirer`, `--peers-acquirer`, `FLORIN_PEERS_ACQUIRER`.
package enum SettingName {
    static let variablePrefix = "FLORIN_"

    package static func flag(_ key: String) -> String {
        String(key.map { $0 == "." ? "-" : $0 })
    }

    package static func variable(_ key: String) -> String {
        self.variablePrefix
            + key.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }
}
