internal import RPCCore
internal import Synchronization
internal import TLS

/// Takes calls or sheds them: ``AdmissionController`` for all connections of a server.
final class Admission: Sendable {
    private let controller: Mutex<AdmissionController>

    init(_ configuration: AdmissionController.Configuration) {
        self.controller = Mutex(
            AdmissionController(configuration, callers: Role.allCases.count))
    }

    /// - Throws: `RESOURCE_EXHAUSTED` (`overloaded`, `rate_limited`), with the time after which
    ///   to come again.
    func admit(
        _ peer: Role, _ priority: Priority, _ load: AdmissionController.Load,
        at now: Nanoseconds, random: UInt64
    ) throws(RPCError) {
        let verdict = self.controller.withLock {
            $0.arrived(
                caller: peer.index, priority: priority, load: load, at: now, random: random)
        }
        if case .shed(let reason, let wait) = verdict { throw .shed(reason, wait) }
    }

    func ended(
        _ peer: Role, latency: Nanoseconds, isSample: Bool, isLate: Bool, at now: Nanoseconds
    ) {
        self.controller.withLock {
            $0.ended(
                caller: peer.index, latency: latency, isSample: isSample, isLate: isLate, at: now)
        }
    }

    /// Calls that may be at work at once, as of now.
    var limit: Int { self.controller.withLock(\.currentLimit) }
}

extension RPCError {
    /// Rejected calls must cost little: what is the same for all of a reason is made once.
    fileprivate static func shed(
        _ reason: AdmissionController.Reason, _ wait: Nanoseconds
    ) -> RPCError {
        let (code, message): (ErrorReason, String) =
            switch reason {
            case .callerRate: (.rateLimited, "this caller calls too often; call again later")
            case .callerInFlight:
                (.rateLimited, "this caller has too many calls at once; call again later")
            case .overloaded: (.overloaded, "the server has too many calls; call again later")
            case .utilization: (.overloaded, "the server is too busy; call again later")
            }
        var error = RPCError(
            code: .resourceExhausted, reason: code, message: message, mayHaveRun: false)
        error.retryAfter = .nanoseconds(Int64(wait))
        error.metadata["shed"] = reason.rawValue
        return error
    }
}
