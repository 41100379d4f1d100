internal import TLS

/// What `florin-<service> --help` prints.
enum ServiceHelp {
    private static let keys: [(key: String, text: String)] = [
        ("config", "a YAML or JSON file with any of the keys below"),
        ("listen-address", "host:port to listen on; required"),
        ("certificates", "folder with ca.crt and the service's certificate and key; required"),
        ("database-dsn", "libpq connection string, multi-host too; required, secret"),
        ("database-connections", "the most connections to the database; 8"),
        ("database-wait", "how long to wait for database and schema at the start; 30s"),
        ("migrations", "folder of the service's migrations; services/<name>/migrations"),
        ("log-level", "trace, debug, info, notice, warning, error or critical; info"),
        ("drain-timeout", "how long accepted calls may take to finish after SIGTERM; 20s"),
        ("metrics-address", "host:port for /metrics and /health by plain HTTP; off"),
        ("stop-with-input", "true: stop when standard input ends; false"),
    ]

    static func text<Definition: ServiceDefinition>(for definition: Definition.Type) -> String {
        let name = definition.role.rawValue
        let peers = definition.peers.map {
            ("peers.\($0.rawValue)", "host:port of the \($0.rawValue) service; required")
        }
        let lines = (self.keys + peers).map { key, text in
            "  --\(SettingName.flag(key)) \(SettingName.variable(key))\n        \(text)"
        }
        return """
            florin-\(name): the \(name) service of Florin.

            Each key can be given as a flag, as a variable, or in the file, in this order of
            precedence. docs/configuration.md tells more, the service's own keys included.

            \(lines.joined(separator: "\n"))

            Exit status: 0 stopped in order, 1 failed, 64 wrong configuration, 69 no database or
            schema in time, 75 forced to stop while calls were running.
            """
    }
}
