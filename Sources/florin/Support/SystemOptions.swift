internal import ArgumentParser
internal import DevSystem
internal import RPC
internal import ServiceKit
internal import TLS

/// How a command finds the system, and how it prints.
struct SystemOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Data folder of a development system.",
            discussion: "Taken from FLORIN_DATA when it is not given; else .florin."))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Folder with ca.crt and the role's certificate and key.",
            discussion: "Needed with the addresses below when there is no development system."))
    var certificates: String?

    @Option(help: ArgumentHelp("Address of the orchestrator.", valueName: "host:port"))
    var orchestratorAddress: String?

    @Option(help: ArgumentHelp("Address of the payment service.", valueName: "host:port"))
    var paymentAddress: String?

    @Option(help: ArgumentHelp("Address of the refund service.", valueName: "host:port"))
    var refundAddress: String?

    @Option(help: ArgumentHelp("Address of the FX service.", valueName: "host:port"))
    var fxAddress: String?

    @Option(help: ArgumentHelp("Address of the ledger.", valueName: "host:port"))
    var ledgerAddress: String?

    @Option(help: ArgumentHelp("Address of the acquirer.", valueName: "host:port"))
    var acquirerAddress: String?

    @Option(
        help: ArgumentHelp("Address of the gateway's RPC.", valueName: "host:port"))
    var gatewayAddress: String?

    @Option(help: "Whose certificate to show: operator or client.")
    var role: Role = .operator

    @Option(
        help: ArgumentHelp("How long to wait for an answer: 500ms, 30s, 2m.", valueName: "time"),
        transform: SystemOptions.duration)
    var timeout: Duration = .seconds(30)

    @Option(name: [.short, .long], help: "table for people, json for programs.")
    var output: OutputFormat = .table

    var layout: DevLayout { DevLayout(data: DataFolder.path(self.data)) }

    static func duration(_ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw ValidationError("'\(text)' is not a time like 500ms, 30s or 2m")
        }
        return duration
    }

    private func address(of role: Role) -> String? {
        switch role {
        case .orchestrator: self.orchestratorAddress
        case .payment: self.paymentAddress
        case .refund: self.refundAddress
        case .fx: self.fxAddress
        case .ledger: self.ledgerAddress
        case .acquirer: self.acquirerAddress
        case .gateway: self.gatewayAddress
        case .operator, .client: nil
        }
    }

    /// Where `role` listens and which certificates to use: what is given, else what `dev.json`
    /// tells.
    ///
    /// - Throws: ``Failure`` naming the option to give.
    func endpoint(of role: Role) throws -> (address: String, certificates: String) {
        if let address = self.address(of: role), let certificates { return (address, certificates) }
        let state = try DevState.read(from: self.layout)
        guard let address = self.address(of: role) ?? state.services[role.rawValue]?.address else {
            throw Failure(
                .failed, "\(self.layout.state) has no address of the \(role.rawValue) service",
                hint: "Give --\(role.rawValue)-address host:port.")
        }
        return (address, self.certificates ?? state.certificates)
    }
}

extension Role: ExpressibleByArgument {}
