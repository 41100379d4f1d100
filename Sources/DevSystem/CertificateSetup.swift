internal import Foundation
internal import TLS

/// The system's certificates: made at the first start, kept until they near their end.
enum CertificateSetup {
    static func prepare(_ folder: String, now: Int64? = nil) throws(TLSError) {
        let moment = now ?? Int64(Date().timeIntervalSince1970)
        let authority =
            if FileManager.default.fileExists(atPath: folder + "/ca.crt") {
                try CertificateAuthority(opening: folder)
            } else {
                try CertificateAuthority.create(in: folder)
            }
        for role in Role.allCases {
            let path = "\(folder)/\(role.rawValue).crt"
            if !FileManager.default.fileExists(atPath: path) {
                try authority.issue(role: role)
                continue
            }
            let validity = try CertificateInfo(reading: path).validity
            if CertificateExpiry(of: .own, validity).urgency(at: moment) != .none {
                _ = try authority.rotate(role: role)
            }
        }
        // As long as the certificates: a system that nobody starts again ends with neither first.
        try authority.renewRevocationList(validity: .days(CertificateAuthority.leafDays))
    }
}
