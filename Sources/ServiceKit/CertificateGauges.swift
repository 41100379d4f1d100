internal import Metrics
internal import TLS

/// `florin_certificate_expiry_seconds{certificate="own|authority|crl"}`: how long each is good yet,
/// below zero once it has run out.
struct CertificateGauges {
    static let label = "florin_certificate_expiry_seconds"
    private let gauges: [CertificateExpiry.Subject: Gauge]

    init(_ factory: any MetricsFactory) {
        self.gauges = Dictionary(
            uniqueKeysWithValues: CertificateExpiry.Subject.allCases.map { subject in
                (
                    subject,
                    Gauge(
                        label: Self.label, dimensions: [("certificate", subject.rawValue)],
                        factory: factory)
                )
            })
    }

    /// - Parameter now: Unix seconds.
    func record(_ expiry: [CertificateExpiry], at now: Int64) {
        for part in expiry { self.gauges[part.subject]?.record(part.secondsLeft(at: now)) }
    }
}
