internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import TLS

/// Takes up certificates that were changed on disk, for the connections to come; those that are
/// open keep what they have, so no call is dropped.
struct CertificateReload: ServiceLifecycle.Service {
    let folder: String
    let role: Role
    let contexts: [TLSContext]
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known = self.changes
            while !Task.isCancelled {
                try? await Task.sleep(for: self.interval)
                let latest = self.changes
                guard !Task.isCancelled, latest != known else { continue }
                // Not noted when it failed: half of a change may have been there.
                if self.reload() { known = latest }
            }
        }
    }

    private func reload() -> Bool {
        do {
            for context in self.contexts { try context.reload() }
            self.logger.notice("certificates taken up", metadata: ["folder": "\(self.folder)"])
            return true
        } catch {
            self.logger.warning("certificates refused", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// When each file was last replaced; `nil` for one that is not there.
    private var changes: [Date?] {
        ["ca.crt", "\(self.role.rawValue).crt", "\(self.role.rawValue).key"].map { name in
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: "\(self.folder)/\(name)")
            return attributes?[.modificationDate] as? Date
        }
    }
}
