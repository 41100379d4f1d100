internal import ArgumentParser
internal import TLS

struct CertsRevoke: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a certificate back.",
        discussion: """
            Puts it on the authority's list, ca.crl, and makes the list anew. Services that have \
            the list beside their certificates take it up within a second: they turn the \
            certificate away, and let its connections go. Copy ca.crl to wherever services run.

            A new certificate for a role comes from: florin certs rotate ROLE

            Examples:
              florin certs revoke operator
              florin certs revoke ~/operator/operator.crt
              florin certs revoke 4E8F00A1B2C3D4E5F60718293A4B5C6D
            """)

    @Argument(help: "A role, for its certificate in the folder; a .crt file; a serial number.")
    var certificate: String
    @Option(help: "In how many days the list has to be made anew.")
    var days: Int = CertificateAuthority.revocationDays
    @OptionGroup var place: CertificateFolder

    func execute() throws -> RevocationInfo {
        try CertificateAuthority(opening: self.place.folder)
            .revoke(self.certificate, validity: .days(self.days))
    }
}
