internal import Logging
internal import Metrics
internal import MetricsTestKit
internal import TLS
internal import Testing

@testable internal import ServiceKit

@Suite("Certificate notices")
struct CertificateNoticesTests {
    private static let day: Int64 = 86_400
    private static let end: Int64 = 1_900_000_000
    private static let own = CertificateExpiry(
        of: .own, Validity(notBefore: end - 365 * day, notAfter: end))

    @Test("They come once at each step, and each is louder")
    func steps() {
        var notices = CertificateNotices()
        func levels(daysLeft: Int64) -> [String] {
            notices.due([Self.own], isOwnRevoked: false, at: Self.end - daysLeft * Self.day)
                .map { "\($0.level) \($0.message)" }
        }
        #expect(levels(daysLeft: 31).isEmpty)
        #expect(levels(daysLeft: 30) == ["warning certificate expires soon"])
        #expect(levels(daysLeft: 30).isEmpty)
        #expect(levels(daysLeft: 7) == ["error certificate expires soon"])
        #expect(levels(daysLeft: 1) == ["critical certificate expires soon"])
        #expect(levels(daysLeft: -1) == ["critical certificate has expired"])
    }

    @Test("They come again each day, and begin anew after a renewal")
    func repeats() {
        var notices = CertificateNotices()
        let start = Self.end - 20 * Self.day
        func count(_ expiry: CertificateExpiry, at now: Int64) -> Int {
            notices.due([expiry], isOwnRevoked: false, at: now).count
        }
        #expect(count(Self.own, at: start) == 1)
        #expect(count(Self.own, at: start + Self.day - 1) == 0)
        #expect(count(Self.own, at: start + Self.day) == 1)
        let renewed = CertificateExpiry(
            of: .own, Validity(notBefore: start, notAfter: start + 365 * Self.day))
        #expect(count(renewed, at: start + Self.day + 1) == 0)
        #expect(count(Self.own, at: start + Self.day + 2) == 1)
    }

    @Test("Each part is told of by itself, with its end")
    func parts() {
        var notices = CertificateNotices()
        let list = CertificateExpiry(of: .crl, Self.own.validity)
        let due = notices.due([Self.own, list], isOwnRevoked: false, at: Self.end)
        #expect(
            due.map(\.metadata) == [
                ["certificate": "own", "until": "2030-03-17T17:46:40.000000Z"],
                ["certificate": "crl", "until": "2030-03-17T17:46:40.000000Z"],
            ])
    }

    @Test("A revoked certificate is told of at once, and each day")
    func revoked() {
        var notices = CertificateNotices()
        #expect(notices.due([], isOwnRevoked: true, at: 0).map(\.level) == [.critical])
        #expect(notices.due([], isOwnRevoked: true, at: 1).isEmpty)
        #expect(notices.due([], isOwnRevoked: true, at: Self.day) == [.revoked])
        #expect(notices.due([], isOwnRevoked: false, at: Self.day).isEmpty)
        #expect(notices.due([], isOwnRevoked: true, at: Self.day + 1) == [.revoked])
    }

    @Test("The gauges tell the seconds that are left, below zero when none are")
    func gauges() throws {
        let metrics = TestMetrics()
        let gauges = CertificateGauges(metrics)
        let list = CertificateExpiry(of: .crl, Validity(notBefore: 0, notAfter: Self.end - 10))
        gauges.record([Self.own, list], at: Self.end - 5)
        func value(_ certificate: String) throws -> Double? {
            try metrics.expectGauge(
                "florin_certificate_expiry_seconds", [("certificate", certificate)]
            ).lastValue
        }
        #expect(try value("own") == 5)
        #expect(try value("crl") == -5)
        #expect(try value("authority") == nil)
    }
}
