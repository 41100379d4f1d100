internal import ArgumentParser
internal import TLS

struct CertsRotate: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Issue certificates anew, with new keys.",
        discussion: """
            Running services take them up without dropping connections; peers believe the old \
            ones too until they expire.

            Examples:
              florin certs rotate
              florin certs rotate payment --days 90
            """)

    @Argument(help: "Whose; everyone's who has one when left out.") var role: Role?
    @Option(help: "How many days they are good.") var days: Int = CertificateAuthority.leafDays
    @OptionGroup var place: CertificateFolder

    func execute() throws -> [CertificateInfo] {
        try CertificateAuthority(opening: self.place.folder)
            .rotate(role: self.role, validity: .days(self.days))
    }
}
