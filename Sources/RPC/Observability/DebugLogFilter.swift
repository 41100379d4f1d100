internal import Logging
package import RPCCore
internal import Synchronization
internal import TLS

/// What a server logs of single calls at the moment: ``DebugLogRules`` for all its connections.
///
/// A call costs one load while there are no rules.
package final class DebugLogFilter: Sendable {
    private let isOn = Atomic(false)
    private let state = Mutex(DebugLogRules())
    private let now: @Sendable () -> Nanoseconds

    package convenience init() {
        self.init { Monotonic.now }
    }

    /// - Parameter now: A monotonic clock.
    package init(now: @escaping @Sendable () -> Nanoseconds) {
        self.now = now
    }

    /// Adds a rule, or gives one that there is a new end.
    ///
    /// - Throws: What ``DebugLogRules/set(_:for:at:)`` throws.
    package func set(_ rule: DebugLogRules.Rule, for duration: Duration) throws(RPCError) {
        let now = self.now()
        // A lock's body cannot throw a type of its own.
        let result: Result<Void, RPCError> = self.state.withLock { rules in
            do throws(RPCError) {
                try rules.set(rule, for: duration, at: now)
            } catch {
                return .failure(error)
            }
            self.isOn.store(true, ordering: .relaxed)
            return .success(())
        }
        try result.get()
    }

    /// Ends all rules.
    ///
    /// - Returns: How many were in force.
    package func clear() -> Int {
        let now = self.now()
        return self.state.withLock { rules in
            let count = rules.entries(at: now).count
            rules.clear()
            self.isOn.store(false, ordering: .relaxed)
            return count
        }
    }

    /// Those in force.
    package var rules: [(rule: DebugLogRules.Rule, remaining: Duration)] {
        let now = self.now()
        return self.state.withLock { $0.entries(at: now) }
    }

    /// Whether a call is to be logged. The first one after the last rule's end turns the log off.
    func logs(_ method: MethodDescriptor, from peer: Role) -> Bool {
        guard self.isOn.load(ordering: .relaxed) else { return false }
        let now = self.now()
        return self.state.withLock { rules in
            if rules.matches(method, from: peer, at: now) { return true }
            rules.expire(at: now)
            if rules.isEmpty { self.isOn.store(false, ordering: .relaxed) }
            return false
        }
    }
}

extension ServedCall {
    /// Logs how the call ended: for people, whatever the server logs otherwise. Never payloads.
    func log(_ code: RPCError.Code, latency: Nanoseconds, responseBytes: Int) {
        var logger = self.context.logger
        logger.logLevel = min(logger.logLevel, .info)
        let milliseconds = Double(latency / 1000) / 1000
        logger.info(
            "call",
            metadata: [
                "code": "\(code)", "duration_ms": "\(milliseconds)",
                "request_bytes": "\(self.size)", "response_bytes": "\(responseBytes)",
            ])
    }
}
