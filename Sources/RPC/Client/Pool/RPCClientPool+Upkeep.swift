internal import Logging
internal import Messages
internal import RPCCore
internal import Synchronization
internal import Wire

extension RPCClientPool {
    /// Resolves names again, and looks after servers that are not well, until it is cancelled.
    func keepUp() async {
        var sinceResolution = self.configuration.resolution
        while !Task.isCancelled {
            let isDue =
                sinceResolution >= self.configuration.resolution || self.isUnresolved
                || (self.hasTrouble && sinceResolution >= self.configuration.shortestResolution)
            if isDue {
                await self.resolve()
                sinceResolution = .zero
            }
            await self.probe()
            try? await Task.sleep(for: self.configuration.probing)
            sinceResolution += self.configuration.probing
        }
    }

    private var isUnresolved: Bool { self.state.withLock(\.servers.isEmpty) }

    private var hasTrouble: Bool { self.state.withLock { $0.servers.contains(where: \.isDown) } }

    // MARK: Names

    private func resolve() async {
        guard self.endpoints.contains(where: { !$0.isAddress }) else { return }
        var addresses: [Endpoint] = []
        for endpoint in self.endpoints {
            do {
                let found =
                    endpoint.isAddress
                    ? [endpoint] : try await self.resolver.addresses(of: endpoint)
                addresses += found.filter { !addresses.contains($0) }
            } catch {
                // What is known stays: a name service that is away takes nobody with it.
                self.logger.debug(
                    "cannot resolve", metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
                return
            }
        }
        if addresses.isEmpty { return }
        for client in self.replaceServers(addresses) { await client.retire() }
    }

    // MARK: Probes

    /// Asks servers that were ejected, or cannot be reached, for their health.
    private func probe() async {
        let now = Monotonic.now
        let (due, down, generation) = self.state.withLock { state in
            let due = state.balancer.dueProbes(at: now).map { ($0, state.servers[$0]) }
            return (due, state.servers.filter(\.isDown), state.generation)
        }
        await withTaskGroup(of: Void.self) { group in
            for (number, client) in due {
                group.addTask {
                    let isWell = await Self.isServing(client)
                    self.state.withLock { state in
                        guard state.generation == generation else { return }
                        state.balancer.probed(number, isWell: isWell, at: Monotonic.now)
                    }
                }
            }
            for client in down where !due.contains(where: { $0.1 === client }) {
                group.addTask { _ = await Self.isServing(client) }
            }
        }
    }

    private static func isServing(_ client: RPCClient) async -> Bool {
        let request = HealthV1.HealthCheckRequest().encoded()
        let options = CallOptions(timeout: .seconds(2))
        guard
            let answer = try? await client.call(HealthRegistry.check, request, options: options),
            let health = try? HealthV1.HealthCheckResponse(decoding: answer)
        else { return false }
        return health.status == .serving
    }
}
