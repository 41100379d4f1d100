internal import ArgumentParser
internal import TLS

struct CertsInit: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a certificate authority.",
        discussion: "Example:\n  florin certs init --folder certificates")

    @OptionGroup var place: CertificateFolder
    @Option(help: "How many days it is good.") var days: Int = CertificateAuthority.authorityDays
    @Flag(help: "Replace one that is there: what it issued is worthless then.") var force = false

    func execute() throws -> [CertificateInfo] {
        try CertificateAuthority.create(
            in: self.place.folder, validity: .days(self.days), force: self.force
        ).show()
    }
}
