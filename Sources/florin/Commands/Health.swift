internal import ArgumentParser
internal import DevSystem
internal import TLS

struct Health: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask services whether they can do their work.",
        discussion: """
            Examples:
              florin health
              florin health payment --output json
              florin health payment --payment-address 127.0.0.1:7402 --certificates certificates

            Exit status: 0 when all that were asked serve, 1 when one does not.
            """)

    @Argument(help: "Which services; all when left out.") var services: [String] = []
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let entries =
            self.services.isEmpty
            ? ServiceCatalog.entries
            : try self.services.map { try ServiceCatalog.entry(named: $0) }
        var table = Table(
            .init(title: "service"), .init(title: "health"), .init(title: "address"))
        var members: [(String, JSONValue)] = []
        var allServe = true
        for entry in entries {
            let (address, certificates) = try self.system.endpoint(of: entry.role)
            let answer = await HealthProbe(certificates: certificates).check(
                entry.role, at: address, as: self.system.role,
                timeout: min(self.system.timeout, .seconds(5)))
            allServe = allServe && answer == .serving
            table.rows.append([entry.name, answer.text, address])
            members.append(
                (
                    entry.name,
                    .object([("health", .text(answer.text)), ("address", .text(address))])
                ))
        }
        switch self.system.output {
        case .table: Console.say(table.rendered(empty: ""))
        case .json: Console.say(JSONValue.object(members).rendered())
        }
        guard allServe else { throw ExitStatus.failed.code }
    }
}

extension HealthProbe.Answer {
    fileprivate var text: String {
        switch self {
        case .serving: "serving"
        case .notServing: "not serving"
        case .unreachable(let why): "unreachable: \(why)"
        }
    }
}
