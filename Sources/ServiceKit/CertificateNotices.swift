internal import Identifiers
internal import Logging
internal import TLS

/// Decides when somebody is to be told that a certificate runs out, or is revoked.
///
/// Each notice comes once when it becomes true, louder as the end draws near, and again each day
/// that it stays so, since a line in a log is soon out of sight.
struct CertificateNotices {
    enum Notice: Hashable {
        case expires(CertificateExpiry, CertificateExpiry.Urgency)
        /// The process's own certificate is on the list.
        case revoked
    }

    private struct Told {
        var urgency: CertificateExpiry.Urgency
        var at: Int64
    }

    private static let day: Int64 = 86_400
    private var told: [CertificateExpiry.Subject: Told] = [:]
    private var toldRevoked: Int64?

    /// - Parameter now: Unix seconds.
    mutating func due(
        _ expiry: [CertificateExpiry], isOwnRevoked: Bool, at now: Int64
    ) -> [Notice] {
        var due: [Notice] = []
        for part in expiry {
            let urgency = part.urgency(at: now)
            if urgency == .none {
                self.told[part.subject] = nil
            } else if self.isNews(urgency, of: part.subject, at: now) {
                self.told[part.subject] = Told(urgency: urgency, at: now)
                due.append(.expires(part, urgency))
            }
        }
        if !isOwnRevoked {
            self.toldRevoked = nil
        } else if self.toldRevoked.map({ now - $0 >= Self.day }) ?? true {
            self.toldRevoked = now
            due.append(.revoked)
        }
        return due
    }

    private func isNews(
        _ urgency: CertificateExpiry.Urgency, of subject: CertificateExpiry.Subject, at now: Int64
    ) -> Bool {
        guard let last = self.told[subject] else { return true }
        return last.urgency != urgency || now - last.at >= Self.day
    }
}

extension CertificateNotices.Notice {
    var level: Logger.Level {
        switch self {
        case .revoked: .critical
        case .expires(_, let urgency):
            switch urgency {
            case .none: .debug
            case .month: .warning
            case .week: .error
            case .day, .expired: .critical
            }
        }
    }

    var message: Logger.Message {
        switch self {
        case .revoked: "own certificate is revoked"
        case .expires(_, .expired): "certificate has expired"
        case .expires: "certificate expires soon"
        }
    }

    var metadata: Logger.Metadata {
        switch self {
        case .revoked: return [:]
        case .expires(let part, _):
            let end = Timestamp(microseconds: part.validity.notAfter * 1_000_000)
            return ["certificate": "\(part.subject.rawValue)", "until": "\(end)"]
        }
    }
}
