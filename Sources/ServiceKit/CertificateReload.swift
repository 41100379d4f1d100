internal import Identifiers
internal import Logging
internal import Metrics
internal import ServiceLifecycle
internal import TLS

/// Takes up certificates and revocation lists that were changed on disk, for the connections to
/// come; those that are open keep what they have, so no call is dropped. Tells beforehand when one
/// of them runs out.
///
/// Files that cannot be used leave the old ones in force. They are looked at again each time, as
/// half of a change may have been there, but the same complaint is logged once.
struct CertificateReload: ServiceLifecycle.Service {
    let folder: String
    let role: Role
    let contexts: [TLSContext]
    /// As the files lay before `contexts` read them: a change since then is not missed.
    let files: CertificateFiles
    let interval: Duration
    let clock: any WallClock
    let metrics: any MetricsFactory
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known = self.files
            var complaint: String?
            var notices = CertificateNotices()
            let gauges = CertificateGauges(self.metrics)
            while !Task.isCancelled {
                let latest = CertificateFiles(in: self.folder, role: self.role)
                if latest != known || complaint != nil {
                    let problem = self.reload()
                    if problem == nil { known = latest }
                    if let problem, problem != complaint { self.complain(problem) }
                    complaint = problem
                }
                self.tell(&notices, gauges)
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    /// - Returns: What is wrong with the files, if they cannot be used.
    private func reload() -> String? {
        do {
            try TLSContext.reload(self.contexts)
            self.logger.notice(
                "certificates taken up",
                metadata: [
                    "folder": "\(self.folder)", "serial": "\(self.contexts[0].ownSerial)",
                ])
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func complain(_ problem: String) {
        self.logger.warning("certificates refused", metadata: ["error": "\(problem)"])
    }

    private func tell(_ notices: inout CertificateNotices, _ gauges: CertificateGauges) {
        let now = self.clock.now()
        let expiry = self.contexts[0].expiry()
        gauges.record(expiry, at: now.seconds)
        let isRevoked = self.contexts[0].isOwnRevoked
        for notice in notices.due(expiry, isOwnRevoked: isRevoked, at: now.seconds) {
            self.logger.log(level: notice.level, notice.message, metadata: notice.metadata)
        }
    }
}

extension TLSContext {
    /// Whether new connections can come about: what has run out or was revoked makes none.
    func isUsable(at moment: Timestamp) -> Bool {
        !self.isOwnRevoked
            && self.expiry().allSatisfy { $0.urgency(at: moment.seconds) != .expired }
    }
}

extension Timestamp {
    /// Whole Unix seconds, rounded down.
    var seconds: Int64 {
        let (seconds, rest) = self.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return rest < 0 ? seconds - 1 : seconds
    }
}
