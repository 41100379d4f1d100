internal import ArgumentParser
internal import TLS

struct CertsIssue: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Issue certificates and keys for roles.",
        discussion: """
            Examples:
              florin certs issue payment --host payment.internal
              florin certs issue --all
              florin certs issue operator --name alice --to ~/alice
            """)

    @Argument(help: "Which roles: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    var roles: [Role] = []
    @Flag(help: "For every role.") var all = false
    @Option(help: "Also for this DNS name or address. May be repeated.") var host: [String] = []
    @Option(help: "Write them to this folder, with a copy of the authority's certificate.")
    var to: String?
    @Option(help: "Who holds it, for a role that several people have: letters, digits and .-_@.")
    var name: String?
    @Option(help: "How many days they are good.") var days: Int = CertificateAuthority.leafDays
    @Flag(help: "Replace those that are there.") var force = false
    @OptionGroup var place: CertificateFolder

    func validate() throws {
        guard self.all != !self.roles.isEmpty else {
            throw ValidationError("name the roles, or give --all")
        }
        guard self.name == nil || self.roles == [.operator] || self.roles == [.client] else {
            throw ValidationError("--name goes with one role, operator or client")
        }
    }

    func execute() throws -> [CertificateInfo] {
        let authority = try CertificateAuthority(opening: self.place.folder)
        return try (self.all ? Role.allCases : self.roles).map { role in
            try authority.issue(
                role: role, holder: self.name, in: self.to, hosts: self.host,
                validity: .days(self.days),
                force: self.force)
        }
    }
}
