internal import ArgumentParser
internal import TLS

struct Certificates: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make, renew and revoke the certificates that services know each other by.",
        discussion: """
            A certificate says which role its holder has, as a URI: spiffe://florin/payment.

            Exit status: 0 done, 1 failed, 64 a wrong argument.
            """,
        subcommands: [
            CertsInit.self, CertsIssue.self, CertsShow.self, CertsRotate.self, CertsRevoke.self,
            CertsList.self,
        ])
}

/// The folder that a certs command works on.
struct CertificateFolder: ParsableArguments {
    @Option(help: "The folder of the authority.") var folder: String = "certificates"
    @Option(name: [.short, .long], help: "table for people, json for programs.")
    var output: OutputFormat = .table
}

/// A command on a folder of certificates: its errors become lines and an exit status.
protocol CertificateCommand: AsyncParsableCommand {
    var place: CertificateFolder { get }
    associatedtype Answer: CertificateAnswer
    func execute() throws -> Answer
}

/// What a certs command prints.
protocol CertificateAnswer {
    var table: String { get }
    var document: JSONValue { get }
}

extension CertificateCommand {
    mutating func run() async throws {
        do {
            let answer = try self.execute()
            switch self.place.output {
            case .table: Console.say(answer.table)
            case .json: Console.say(answer.document.rendered())
            }
        } catch {
            var failure = Failure(error)
            failure.hint = nil
            Console.complain(
                self.place.output == .json ? failure.json.rendered() : failure.text)
            throw failure.status.code
        }
    }
}
