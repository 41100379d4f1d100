extension DevSystem {
    /// Waits until every service says SERVING, and marks the system as ready.
    ///
    /// - Throws: `.serviceFailed` with the end of the log when a service has ended or the limit
    ///   has passed.
    func waitUntilHealthy() async throws(DevError) {
        let end = ContinuousClock.now + self.options.startLimit
        let probe = HealthProbe(certificates: self.state.certificates)
        for entry in ServiceCatalog.entries {
            while await probe.check(entry.role, at: self.address(of: entry)) != .serving {
                if Task.isCancelled {
                    throw DevError(.interrupted, "interrupted", hint: "Nothing was left running.")
                }
                let hasEnded = self.state.services[entry.name]?.process?.isRunning == false
                if hasEnded || ContinuousClock.now > end {
                    throw self.failure(of: entry, hasEnded ? "ended" : "is not healthy in time")
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        // From here on whatever ends is started again; what has ended before is not.
        for entry in ServiceCatalog.entries
        where self.state.services[entry.name]?.process?.isRunning == false {
            throw self.failure(of: entry, "ended")
        }
        let keys = try await GatewayKeys.prepare(self.state, self.options.layout)
        try self.markReady(keys)
    }

    private func failure(of entry: ServiceCatalog.Entry, _ what: String) -> DevError {
        let log = self.options.layout.log(entry.name)
        return DevError(
            .serviceFailed, "\(entry.program) \(what):\n\(LogFile.tail(log))",
            hint: "The whole log is \(log).")
    }
}
