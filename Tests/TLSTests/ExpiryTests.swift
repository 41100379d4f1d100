import TLS
import TestKit
import Testing

@Suite("Expiry")
struct ExpiryTests {
    private static let day: Int64 = 86_400

    @Test("A context tells how long its certificate, its authority and its list are good")
    func tells() throws {
        let start: Int64 = 1_900_000_000
        let folder = try TemporaryFolder.make("expiry")
        let authority = try CertificateAuthority.create(
            in: folder, validity: .days(100, from: start))
        try authority.issue(role: .fx, validity: .days(50, from: start))
        let context = try TLSContext(certificates: folder, role: .fx, side: .server)
        #expect(context.expiry().map(\.subject) == [.own, .authority])
        try authority.renewRevocationList(validity: .days(5, from: start))
        try context.reload()
        #expect(context.expiry().map(\.subject) == [.own, .authority, .crl])
        #expect(
            context.expiry().map { $0.secondsLeft(at: start) / Self.day } == [50, 100, 5])
    }

    @Test(
        "What is good for a year is urgent 30, 7 and 1 days before its end",
        arguments: [
            (365, CertificateExpiry.Urgency.none), (31, .none), (30, .month), (8, .month),
            (7, .week), (2, .week), (1, .day), (0, .day), (-1, .expired),
        ])
    func yearly(daysLeft: Int, expected: CertificateExpiry.Urgency) {
        #expect(Self.urgency(life: 365, daysLeft: daysLeft) == expected)
    }

    @Test(
        "What is good for a month is not urgent all its life",
        arguments: [
            (30, CertificateExpiry.Urgency.none), (11, .none), (10, .month), (4, .month),
            (3, .week), (1, .day), (-1, .expired),
        ])
    func monthly(daysLeft: Int, expected: CertificateExpiry.Urgency) {
        #expect(Self.urgency(life: 30, daysLeft: daysLeft) == expected)
    }

    private static func urgency(life: Int64, daysLeft: Int) -> CertificateExpiry.Urgency {
        let end = 1_900_000_000 + life * self.day
        return CertificateExpiry(
            of: .own, Validity(notBefore: 1_900_000_000, notAfter: end)
        ).urgency(at: end - Int64(daysLeft) * self.day)
    }
}
