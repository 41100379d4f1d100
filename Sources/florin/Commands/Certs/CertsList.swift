internal import ArgumentParser
internal import TLS

struct CertsList: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl", abstract: "Make the list of revoked certificates anew.",
        discussion: """
            With a list beside its certificates a service lets nobody in whom it cannot look up: \
            when the list has run out, nobody at all. So make it anew in time, and copy ca.crl to \
            wherever services run. The first one is made by this command too.

            Example:
              florin certs crl --days 30
            """)

    @Option(help: "In how many days it has to be made anew.")
    var days: Int = CertificateAuthority.revocationDays
    @OptionGroup var place: CertificateFolder

    func execute() throws -> RevocationInfo {
        try CertificateAuthority(opening: self.place.folder)
            .renewRevocationList(validity: .days(self.days))
    }
}
