internal import ArgumentParser
internal import DevSystem
internal import Messages
internal import Stubs
internal import TLS

struct RPCLog: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Have a service log single calls for a while.",
        discussion: """
            A line for each call that matches comes into the service's log, with the caller, the
            trace, the sizes, the code and the time it took; never what it holds.

            Examples:
              florin rpc log payment --for 5m
              florin rpc log payment/CreatePayment --peer gateway
              florin rpc log florin.saga.v1.SagaAdminService/ListSagas
              florin rpc log --list
              florin rpc log payment --clear

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp(
            "A service or one of its methods; with --list and --clear all services when left out.",
            valueName: "service[/method]"))
    var target: String?

    @Option(help: "Only calls of this role.") var peer: Role?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long, at most 1h: 30s, 5m.", valueName: "time"),
        transform: SystemOptions.duration)
    var duration: Duration = .seconds(300)

    @Flag(help: "Show the rules in force.") var list = false
    @Flag(help: "End all rules.") var clear = false
    @OptionGroup var system: SystemOptions

    func validate() throws {
        if self.list, self.clear { throw ValidationError("give --list or --clear, not both") }
        if self.target == nil, !self.list, !self.clear {
            throw ValidationError("name a service or a method, or give --list or --clear")
        }
        if let target, LogTarget(target) == nil {
            throw ValidationError(
                "'\(target)' names no service; write payment, payment/CreatePayment or "
                    + "florin.payment.v1.PaymentService/CreatePayment")
        }
    }

    func execute() async throws {
        let target = self.target.flatMap(LogTarget.init)
        let roles = target.map { [$0.role] } ?? ServiceCatalog.entries.map(\.role)
        var answers: [(role: Role, rules: [RpcV1.DebugLogRule])] = []
        for role in roles {
            let rules = try await self.withChannel(to: role) { channel in
                try await self.ask(DebugLogClient(channel), target)
            }
            answers.append((role, rules))
        }
        self.show(answers)
    }

    /// - Returns: The rules in force afterwards.
    private func ask(
        _ service: DebugLogClient, _ target: LogTarget?
    ) async throws -> [RpcV1.DebugLogRule] {
        if self.list {
            return try await service.list(.init(), options: self.callOptions).rules
        }
        if self.clear {
            _ = try await service.clear(.init(), options: self.callOptions)
            return []
        }
        let (seconds, attoseconds) = self.duration.components
        return try await service.set(
            RpcV1.DebugLogSetRequest(
                service: target?.service ?? "", method: target?.method ?? "",
                peer: self.peer?.rawValue ?? "",
                durationMs: seconds * 1000 + attoseconds / 1_000_000_000_000_000),
            options: self.callOptions
        ).rules
    }

    private func show(_ answers: [(role: Role, rules: [RpcV1.DebugLogRule])]) {
        switch self.system.output {
        case .json:
            let members = answers.map { role, rules in
                (role.rawValue, JSONValue.array(rules.map { JSONValue($0) }))
            }
            Console.say(JSONValue.object(members).rendered())
        case .table:
            var table = Table(
                .init(title: "process"), .init(title: "service"), .init(title: "method"),
                .init(title: "peer"), .init(title: "seconds left", alignment: .right))
            for (role, rules) in answers {
                table.rows += rules.map { rule in
                    [role.rawValue, rule.service, rule.method, rule.peer].map {
                        $0.isEmpty ? "any" : $0
                    } + ["\((rule.remainingMs + 999) / 1000)"]
                }
            }
            Console.say(table.rendered(empty: "No calls are logged."))
        }
    }
}

/// What `SERVICE[/METHOD]` means: a process, and which of its calls.
struct LogTarget: Hashable {
    let role: Role
    /// Full name; `nil`: every service of the process.
    let service: String?
    let method: String?

    /// `payment`, `payment/CreatePayment`, or with the service's full name; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, !parts.contains("") else { return nil }
        let words = parts[0].split(separator: ".")
        let isFullName = words.count == 4 && words[0] == "florin"
        let name = isFullName ? String(words[1]) : parts[0]
        // The orchestrator's package is named for what it drives.
        guard let role = Role(rawValue: name == "saga" && isFullName ? "orchestrator" : name),
            ServiceCatalog.entries.contains(where: { $0.role == role })
        else { return nil }
        self.role = role
        self.service = isFullName ? parts[0] : nil
        self.method = parts.count == 2 ? parts[1] : nil
    }
}
