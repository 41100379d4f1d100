internal import Configuration
internal import Foundation
internal import Synchronization

/// What a process is configured with, from flags, then the environment, then a file.
///
/// Values are read by key, typed and checked; a wrong one throws with its field named. Every key
/// that is read is noted, so that ``refuseUnread()`` can name a key that was given and that
/// nothing reads: a misspelt key stops the start instead of being passed over.
package final class Settings: Sendable {
    private let reader: ConfigReader
    /// The keys given, each in the spelling of its source, with the source's name for a message.
    private let given: [(spelling: String, source: Source)]
    private let read = Mutex<Set<String>>([])

    private enum Source: Sendable {
        case flag, variable
        case file(String)
    }

    /// Variables that belong to the `florin` command and may stand in any environment.
    private static let commandVariables: Set<String> = [
        "FLORIN_DATA", "FLORIN_OUTPUT", "FLORIN_BASE_PORT",
    ]

    /// Gathers the sources. The file is the one that `--config` or `FLORIN_CONFIG` names.
    ///
    /// - Throws: ``ConfigurationError`` for arguments that are no flags and for a file that
    ///   cannot be read.
    package init(
        arguments: [String], environment: [String: String]
    ) throws(ConfigurationError) {
        let flags = try FlagParser.parse(arguments)
        let variables = environment.filter { name, _ in
            name.hasPrefix(SettingName.variablePrefix) && !Self.commandVariables.contains(name)
        }
        let path = flags["config"] ?? variables["FLORIN_CONFIG"]
        let file = if let path { try ConfigurationFile.read(path) } else { [String: String]() }
        self.reader = ConfigReader(providers: [
            Self.provider("flags", flags, spelling: SettingName.flag),
            Self.provider("environment", variables, spelling: SettingName.variable),
            Self.provider("file", file, spelling: { $0 }),
        ])
        self.given =
            flags.keys.map { ($0, .flag) } + variables.keys.map { ($0, .variable) }
            + file.keys.map { ($0, .file(path ?? "")) }
        self.read.withLock { _ = $0.insert("config") }
    }

    /// The text given for `key`, or `nil`.
    ///
    /// - Throws: ``ConfigurationError`` when it is given and empty.
    package func optionalText(
        _ key: String, isSecret: Bool = false
    ) throws(ConfigurationError) -> String? {
        self.read.withLock { _ = $0.insert(key) }
        guard let text = self.reader.string(forKey: [key], isSecret: isSecret) else { return nil }
        guard !text.isEmpty else {
            throw ConfigurationError(field: key, problem: "is given but empty")
        }
        return text
    }

    /// - Throws: ``ConfigurationError`` for a key that was given and that nothing has read.
    package func refuseUnread() throws(ConfigurationError) {
        let keys = self.read.withLock { $0 }
        for (spelling, source) in self.given.sorted(by: { $0.spelling < $1.spelling }) {
            switch source {
            case .flag where !keys.contains { SettingName.flag($0) == spelling }:
                throw Self.unknown("--\(spelling)", among: keys.map { "--" + SettingName.flag($0) })
            case .variable where !keys.contains { SettingName.variable($0) == spelling }:
                throw Self.unknown(spelling, among: keys.map(SettingName.variable))
            case .file(let path) where !keys.contains(spelling):
                throw Self.unknown("\(spelling) in \(path)", among: Array(keys))
            default: continue
            }
        }
    }

    private static func unknown(_ name: String, among known: [String]) -> ConfigurationError {
        ConfigurationError(
            field: name, problem: "is not known",
            hint: "Known are \(known.sorted().joined(separator: ", ")).")
    }

    /// A provider of `values`, asked by key and answering by its own spelling of the key. A key
    /// is one component, dots and all.
    private static func provider(
        _ name: String, _ values: [String: String], spelling: @escaping @Sendable (String) -> String
    ) -> some ConfigProvider {
        let pairs = values.map {
            (AbsoluteConfigKey([$0]), ConfigValue(.string($1), isSecret: true))
        }
        return InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs))
            .mapKeys { key in AbsoluteConfigKey([spelling(key.components.joined(separator: "."))]) }
    }
}
