internal import TLS
internal import TestKit
internal import Testing

@testable internal import DevSystem

@Suite("Certificates of the development system")
struct CertificateSetupTests {
    @Test("They stay from start to start, with a newer list, until they near their end")
    func keeps() throws {
        let folder = try TemporaryFolder.make("setup")
        try CertificateSetup.prepare(folder)
        let first = try CertificateAuthority.show(folder: folder)
        #expect(first.count == 1 + Role.allCases.count)
        try CertificateSetup.prepare(folder)
        #expect(try CertificateAuthority.show(folder: folder) == first)
        let list = try RevocationInfo(reading: "\(folder)/ca.crl")
        #expect(list.number == 2)
        #expect(list.validity.notAfter >= first[1].validity.notAfter)

        try CertificateSetup.prepare(folder, now: first[1].validity.notAfter - 86_400)
        let renewed = try CertificateAuthority.show(folder: folder)
        #expect(renewed[0] == first[0])
        #expect(Set(renewed.dropFirst().map(\.serial)).isDisjoint(with: first.map(\.serial)))
    }
}
