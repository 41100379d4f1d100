internal import ArgumentParser
internal import TLS

struct CertsShow: CertificateCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the certificates in a folder.",
        discussion: "Example:\n  florin certs show --folder .florin/certificates")

    @OptionGroup var place: CertificateFolder

    func execute() throws -> [CertificateInfo] {
        try CertificateAuthority.show(folder: self.place.folder)
    }
}
