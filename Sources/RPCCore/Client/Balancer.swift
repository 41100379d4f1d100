/// Decides which of several servers gets the next call.
///
/// Pure: the clock is handed in. A server whose calls fail in a row is ejected for a while that
/// grows each time, then asked by a probe before it gets calls again:
///
///     trusted ──failures in a row──▶ ejected ──its time is over──▶ probing ──well──▶ trusted
///                                       ▲                             └───not───┐
///                                       └───────────────────────────────────────┘
///
/// At most half of the servers are ejected, never the last: when all fail, it is not them.
package struct Balancer: Hashable, Sendable {
    package enum Policy: String, CaseIterable, Hashable, Sendable {
        case roundRobin = "round-robin"
        case leastInFlight = "least-in-flight"
    }

    package struct Configuration: Hashable, Sendable {
        package var policy: Policy
        package var failuresToEject: Int
        package var firstEjection: Nanoseconds
        package var longestEjection: Nanoseconds

        package init(
            policy: Policy = .leastInFlight, failuresToEject: Int = 5,
            firstEjection: Nanoseconds = 1_000_000_000,
            longestEjection: Nanoseconds = 60_000_000_000
        ) {
            self.policy = policy
            self.failuresToEject = failuresToEject
            self.firstEjection = firstEjection
            self.longestEjection = longestEjection
        }
    }

    package enum Outcome: Hashable, Sendable {
        case success
        /// One that speaks against the server, not against the call.
        case failure
    }

    private struct Server: Hashable {
        var inFlight = 0
        var failures = 0
        var ejections = 0
        /// Until when it gets no calls; afterwards it is probed first.
        var ejectedUntil: Nanoseconds?
        var isProbing = false
    }

    private let configuration: Configuration
    private var servers: [Server]
    private var next = 0

    /// - Parameter servers: How many; each is named by its number.
    package init(_ configuration: Configuration = Configuration(), servers: Int) {
        self.configuration = configuration
        self.servers = Array(repeating: Server(), count: servers)
    }

    package var count: Int { self.servers.count }

    /// The server for a call; ``ended(_:_:at:)`` must follow. `nil` if there are none.
    ///
    /// - Parameters:
    ///   - isUp: Whether a server can be reached, as far as is known.
    ///   - avoided: One that has just failed the call: taken only if there is no other.
    package mutating func pick(avoiding avoided: Int? = nil, isUp: (Int) -> Bool) -> Int? {
        let count = self.servers.count
        var best: Int?
        var bestRank = (2, 0)
        for step in 0..<count {
            let index = (self.next + step) % count
            let server = self.servers[index]
            let isBad = server.ejectedUntil != nil || index == avoided || !isUp(index)
            let load = self.configuration.policy == .leastInFlight ? server.inFlight : 0
            let rank = (isBad ? 1 : 0, load)
            if rank < bestRank {
                best = index
                bestRank = rank
                if rank == (0, 0) { break }
            }
        }
        guard let best else { return nil }
        self.next = (best + 1) % count
        self.servers[best].inFlight += 1
        return best
    }

    /// A call has ended.
    ///
    /// - Parameter outcome: `nil` if it says nothing of the server.
    package mutating func ended(_ index: Int, _ outcome: Outcome?, at now: Nanoseconds) {
        self.servers[index].inFlight -= 1
        switch outcome {
        case nil: return
        case .success: self.servers[index].failures = 0
        case .failure:
            self.servers[index].failures += 1
            if self.servers[index].failures >= self.configuration.failuresToEject {
                self.eject(index, at: now)
            }
        }
    }

    private mutating func eject(_ index: Int, at now: Nanoseconds) {
        let ejected = self.servers.count { $0.ejectedUntil != nil }
        guard self.servers[index].ejectedUntil == nil, 2 * (ejected + 1) <= self.servers.count
        else { return }
        self.rest(index, at: now)
    }

    private mutating func rest(_ index: Int, at now: Nanoseconds) {
        let steps = Nanoseconds(min(20, self.servers[index].ejections))
        let time = min(
            self.configuration.firstEjection << steps, self.configuration.longestEjection)
        self.servers[index].ejections += 1
        self.servers[index].ejectedUntil = now + time
    }

    /// The servers that should be probed now; ``probed(_:isWell:at:)`` must follow for each.
    package mutating func dueProbes(at now: Nanoseconds) -> [Int] {
        var due: [Int] = []
        for index in self.servers.indices {
            guard let until = self.servers[index].ejectedUntil, until <= now,
                !self.servers[index].isProbing
            else { continue }
            self.servers[index].isProbing = true
            due.append(index)
        }
        return due
    }

    package mutating func probed(_ index: Int, isWell: Bool, at now: Nanoseconds) {
        guard index < self.servers.count, self.servers[index].isProbing else { return }
        self.servers[index].isProbing = false
        if isWell {
            self.servers[index].ejectedUntil = nil
            self.servers[index].failures = 0
        } else {
            self.rest(index, at: now)
        }
    }

    package func isEjected(_ index: Int) -> Bool { self.servers[index].ejectedUntil != nil }
}
