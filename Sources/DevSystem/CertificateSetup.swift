internal import Foundation
internal import TLS

/// The system's certificates: made at the first start, kept afterwards.
enum CertificateSetup {
    static func prepare(_ folder: String) throws(TLSError) {
        let authority =
            if FileManager.default.fileExists(atPath: folder + "/ca.crt") {
                try CertificateAuthority(opening: folder)
            } else {
                try CertificateAuthority.create(in: folder)
            }
        for role in Role.allCases
        where !FileManager.default.fileExists(atPath: "\(folder)/\(role.rawValue).crt") {
            try authority.issue(role: role)
        }
    }
}
