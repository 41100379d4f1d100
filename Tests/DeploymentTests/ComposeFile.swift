internal import Yams

/// `docker-compose.yml`, as far as it is checked. The decoder resolves anchors and merge keys.
struct ComposeFile: Decodable {
    struct Service: Decodable {
        struct Build: Decodable {
            let context: String
            let dockerfile: String
            let args: [String: String]
        }
        struct Dependency: Decodable { let condition: String }
        struct HealthCheck: Decodable { let test: [String] }

        let build: Build?
        let user: String?
        let isReadOnly: Bool?
        let dependencies: [String: Dependency]?
        let command: [String]?
        let environment: [String: String]?
        let ports: [String]?
        let secrets: [SecretMount]?
        let healthcheck: HealthCheck?

        enum CodingKeys: String, CodingKey {
            case build, user, command, environment, ports, secrets, healthcheck
            case isReadOnly = "read_only"
            case dependencies = "depends_on"
        }
    }

    /// A secret in a container, written as its name alone or with a target of its own.
    struct SecretMount: Decodable {
        static let folder = "/run/secrets"

        let source: String
        /// The path inside the container.
        let target: String

        private enum CodingKeys: String, CodingKey { case source, target }

        init(from decoder: any Decoder) throws {
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self.source = name
                self.target = "\(Self.folder)/\(name)"
            } else {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                self.source = try container.decode(String.self, forKey: .source)
                self.target = try container.decode(String.self, forKey: .target)
            }
        }
    }

    struct Secret: Decodable { let file: String }

    let services: [String: Service]
    let secrets: [String: Secret]

    init(yaml: String) throws {
        self = try YAMLDecoder().decode(Self.self, from: yaml)
    }
}
