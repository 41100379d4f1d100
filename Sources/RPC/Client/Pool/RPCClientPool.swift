package import Logging
package import NIOCore
package import RPCCore
internal import Synchronization
package import TLS

/// Calls one role, wherever its servers are: a call goes to one of them, and to another when that
/// one does not take it.
///
/// Servers are named by endpoints; a name with several addresses is as many servers. What a
/// method's proto says of retries is done here, within the call's deadline and a budget that all
/// calls share.
package final class RPCClientPool: Channel {
    package struct Configuration: Hashable, Sendable {
        package var connection: RPCClient.Configuration
        /// Connections to each address.
        package var connectionsPerAddress: Int
        package var balancer: Balancer.Configuration
        package var budget: RetryBudget
        /// How often names are asked for again. After a failure they are asked sooner, but no
        /// sooner than `shortestResolution`.
        package var resolution: Duration
        package var shortestResolution: Duration
        /// How often servers that were ejected or not reached are looked at.
        package var probing: Duration

        package init(
            connection: RPCClient.Configuration = .init(), connectionsPerAddress: Int = 1,
            balancer: Balancer.Configuration = .init(), budget: RetryBudget = .init(),
            resolution: Duration = .seconds(30), shortestResolution: Duration = .seconds(5),
            probing: Duration = .seconds(1)
        ) {
            self.connection = connection
            self.connectionsPerAddress = connectionsPerAddress
            self.balancer = balancer
            self.budget = budget
            self.resolution = resolution
            self.shortestResolution = shortestResolution
            self.probing = probing
        }
    }

    struct State {
        var servers: [RPCClient] = []
        /// Changes whenever the servers do: numbers of servers are good within one only.
        var generation = 0
        var balancer: Balancer
        var budget: RetryBudget
        var random = SplitMix64()
        var isClosed = false
    }

    let state: Mutex<State>
    let endpoints: [Endpoint]
    let peer: Role
    let logger: Logger
    let configuration: Configuration
    let resolver: any AddressResolver
    private let tls: TLSContext
    private let group: any EventLoopGroup
    private let upkeep = Mutex<Task<Void, Never>?>(nil)

    package init(
        endpoints: [Endpoint], peer: Role, tls: TLSContext, group: any EventLoopGroup,
        logger: Logger, configuration: Configuration = Configuration(),
        resolver: any AddressResolver = SystemResolver()
    ) {
        self.endpoints = endpoints
        self.peer = peer
        self.tls = tls
        self.group = group
        self.logger = logger
        self.configuration = configuration
        self.resolver = resolver
        self.state = Mutex(
            State(
                balancer: Balancer(configuration.balancer, servers: 0), budget: configuration.budget
            ))
        // With a name among them there are no servers before it is resolved.
        if endpoints.allSatisfy(\.isAddress) { _ = self.replaceServers(endpoints) }
        if self.needsUpkeep { self.upkeep.withLock { $0 = Task { await self.keepUp() } } }
    }

    /// One address needs no upkeep: there is nothing to choose from.
    private var needsUpkeep: Bool {
        self.endpoints.count > 1 || self.configuration.connectionsPerAddress > 1
            || self.endpoints.contains { !$0.isAddress }
    }

    /// Changes to other servers; those that stay keep their connections.
    ///
    /// - Returns: Those that are gone.
    func replaceServers(_ addresses: [Endpoint]) -> [RPCClient] {
        self.state.withLock { state in
            let known = Set(state.servers.map(\.endpoint))
            guard known != Set(addresses), !state.isClosed else { return [] }
            let count = addresses.count * self.configuration.connectionsPerAddress
            let fresh = self.makeClients(
                addresses.filter { !known.contains($0) }, isOnlyOne: count == 1)
            let gone = state.servers.filter { !addresses.contains($0.endpoint) }
            state.servers = state.servers.filter { addresses.contains($0.endpoint) } + fresh
            state.generation += 1
            state.balancer = Balancer(self.configuration.balancer, servers: state.servers.count)
            return gone
        }
    }

    private func makeClients(_ addresses: [Endpoint], isOnlyOne: Bool) -> [RPCClient] {
        var configuration = self.configuration.connection
        configuration.failsFast = !isOnlyOne
        return addresses.flatMap { address in
            (0..<self.configuration.connectionsPerAddress).map { _ in
                RPCClient(
                    endpoint: address, peer: self.peer, tls: self.tls, group: self.group,
                    logger: self.logger, configuration: configuration)
            }
        }
    }

    package func close() async {
        self.upkeep.withLock { $0.take() }?.cancel()
        let servers = self.state.withLock { state in
            state.isClosed = true
            return state.servers
        }
        for server in servers { await server.close() }
    }

    // MARK: Calls

    nonisolated(nonsending) package func call(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> [UInt8] {
        let first = try await self.firstPick(options)
        do throws(RPCError) {
            let answer = try await first.client.call(method, payload, options: options)
            self.ended(first, nil)
            return answer
        } catch {
            self.ended(first, error)
            // Apart from here, so that a call that goes well has nothing to remember.
            return try await self.retry(method, options, first, error) {
                (client, options) async throws(RPCError) in
                try await client.call(method, payload, options: options)
            }
        }
    }

    package func open(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> MessageStream {
        let first = try await self.firstPick(options)
        do throws(RPCError) {
            let stream = try await first.client.open(method, payload, options: options)
            self.ended(first, nil)
            return stream
        } catch {
            self.ended(first, error)
            return try await self.retry(method, options, first, error) {
                (client, options) async throws(RPCError) in
                try await client.open(method, payload, options: options)
            }
        }
    }

    private func retry<Answer>(
        _ method: MethodDescriptor, _ options: CallOptions, _ first: Choice, _ error: RPCError,
        _ attempt: (RPCClient, CallOptions) async throws(RPCError) -> Answer
    ) async throws(RPCError) -> Answer {
        var retries = Retries(method, options, began: first.began)
        var (last, error) = (first, error)
        while let wait = self.wait(after: error, &retries) {
            do {
                try await Task.sleep(for: .nanoseconds(Int64(wait)))
            } catch {
                throw retries.cancelled
            }
            let left = retries.options
            guard left.timeout > .zero else { break }
            guard let next = self.pick(avoiding: last) else { break }
            CallMetrics.retried(method)
            last = next
            do throws(RPCError) {
                let answer = try await attempt(last.client, left)
                self.ended(last, nil)
                return answer
            } catch let failure {
                self.ended(last, failure)
                error = failure
            }
        }
        throw retries.verdict(error)
    }

    private func wait(after error: RPCError, _ retries: inout Retries) -> Nanoseconds? {
        let (servers, allows, random) = self.state.withLock { state in
            (state.servers.count, state.budget.allowsRetry, state.random.next())
        }
        return retries.wait(
            after: error, servers: servers, budgetAllows: allows, random: random)
    }

    // MARK: Choosing

    /// The server of one attempt.
    struct Choice {
        let client: RPCClient
        let number: Int
        let generation: Int
        let began: Nanoseconds
    }

    private func firstPick(_ options: CallOptions) async throws(RPCError) -> Choice {
        if let choice = self.pick(avoiding: nil) { return choice }
        return try await self.pickOnceResolved(options)
    }

    /// Waits for the first answer of the name service.
    private func pickOnceResolved(_ options: CallOptions) async throws(RPCError) -> Choice {
        let deadline = RPCDeadline.after(
            min(options.timeout, self.configuration.connection.queueTime))
        while !deadline.hasPassed(), !self.state.withLock(\.isClosed) {
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                throw .cancelled(mayHaveRun: false)
            }
            if let choice = self.pick(avoiding: nil) { return choice }
        }
        let names = self.endpoints.map(\.description).joined(separator: ", ")
        throw .unavailable(
            "no server of \(self.peer) is known: \(names) has no address", mayHaveRun: false)
    }

    private func pick(avoiding failed: Choice?) -> Choice? {
        let now = Monotonic.now
        return self.state.withLock { state -> Choice? in
            let avoided = failed.flatMap { $0.generation == state.generation ? $0.number : nil }
            let servers = state.servers
            guard !state.isClosed,
                let number = state.balancer.pick(
                    avoiding: avoided, isUp: { !servers[$0].isDown })
            else { return nil }
            return Choice(
                client: servers[number], number: number, generation: state.generation, began: now)
        }
    }

    private func ended(_ choice: Choice, _ error: RPCError?) {
        let now = error == nil ? 0 : Monotonic.now
        self.state.withLock { state in
            if let error {
                if error.isTransient { state.budget.failed() }
            } else {
                state.budget.succeeded()
            }
            guard choice.generation == state.generation else { return }
            state.balancer.ended(choice.number, Self.outcome(error), at: now)
        }
    }

    /// A server that sheds load, or refuses what was asked of it, is there and well.
    private static func outcome(_ error: RPCError?) -> Balancer.Outcome? {
        guard let error else { return .success }
        switch error.code {
        case .unavailable: return .failure
        case .deadlineExceeded, .cancelled: return nil
        default: return error.mayHaveRun ? .success : nil
        }
    }
}

extension RPCError {
    /// Another attempt may go well: the server is not there, or has too much to do.
    var isTransient: Bool { self.code == .unavailable || self.code == .resourceExhausted }
}
