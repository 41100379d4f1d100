internal import Foundation
internal import Yams

/// A configuration file in YAML, or in JSON, which is a part of YAML.
enum ConfigurationFile {
    /// The file's values as text by key; a nested mapping joins its keys with a dot.
    ///
    /// - Throws: ``ConfigurationError`` with the field `config` when the file cannot be read or
    ///   is not a mapping of keys to plain values.
    static func read(_ path: String) throws(ConfigurationError) -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw self.refusal("cannot read \(path)", hint: "Name a file that is there.")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw self.refusal("\(path) is neither YAML nor JSON: \(error)")
        }
        var values: [String: String] = [:]
        if let root { try self.flatten(root, prefix: "", of: path, into: &values) }
        return values
    }

    private static func flatten(
        _ node: Node, prefix: String, of path: String, into values: inout [String: String]
    ) throws(ConfigurationError) {
        guard case .mapping(let mapping) = node else {
            throw self.refusal("\(path) has no mapping of keys to values")
        }
        for (name, value) in mapping {
            guard let name = name.string else {
                throw self.refusal("\(path) has a key that is no text")
            }
            let key = prefix.isEmpty ? name : "\(prefix).\(name)"
            switch value {
            case .scalar(let scalar): values[key] = scalar.string
            case .mapping: try self.flatten(value, prefix: key, of: path, into: &values)
            default:
                throw ConfigurationError(
                    field: key, problem: "is a list in \(path)", hint: "Give one plain value.")
            }
        }
    }

    private static func refusal(
        _ problem: String, hint: String = "Write lines like: listen-address: 127.0.0.1:7401"
    ) -> ConfigurationError {
        ConfigurationError(field: "config", problem: problem, hint: hint)
    }
}
