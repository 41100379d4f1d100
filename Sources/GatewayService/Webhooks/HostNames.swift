internal import GatewayCore
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization

/// Looks hosts' names up, and at what their addresses are.
///
/// The system's resolver holds a thread for as long as it takes, so there are some for it, and an
/// answer holds for a moment: whoever's name is slow to be found takes nobody else's place then.
final class HostNames: Sendable {
    /// The addresses behind a name, on a thread that may wait.
    typealias Resolve = @Sendable (RPC.Endpoint) throws -> [RPC.Endpoint]

    private struct Entry {
        let addresses: [SocketAddress]
        let until: NIODeadline
    }

    private let threads = NIOThreadPool(numberOfThreads: 32)
    private let rules: AddressRules
    private let resolve: Resolve
    private let entries = Mutex<[WebhookURL.Place: Entry]>([:])

    private static let lifetime = TimeAmount.seconds(10)
    /// Beyond that all are forgotten.
    private static let limit = 10_000

    init(_ rules: AddressRules, resolve: @escaping Resolve) {
        self.rules = rules
        self.resolve = resolve
        self.threads.start()
    }

    func close() { self.threads.shutdownGracefully { _ in } }

    /// - Parameter deadline: After that nobody waits for it any more.
    /// - Returns: The addresses that may be connected to, at least one; else fails with a
    ///   ``WebhookProblem``.
    func addresses(
        of place: WebhookURL.Place, until deadline: NIODeadline, on loop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        if let entry = self.entries.withLock({ $0[place] }), entry.until > .now() {
            return loop.makeSucceededFuture(entry.addresses)
        }
        return self.threads.runIfActive(eventLoop: loop) {
            guard deadline > .now() else { throw WebhookProblem.timedOut }
            let addresses = try self.lookUp(place)
            self.entries.withLock { entries in
                if entries.count >= Self.limit { entries.removeAll() }
                entries[place] = Entry(addresses: addresses, until: .now() + Self.lifetime)
            }
            return addresses
        }
    }

    private func lookUp(_ place: WebhookURL.Place) throws(WebhookProblem) -> [SocketAddress] {
        guard
            let found = try? self.resolve(RPC.Endpoint(host: place.host, port: place.port)),
            !found.isEmpty
        else { throw .addressUnknown }
        let allowed = found.filter { IPAddress($0.host).map(self.rules.allows) ?? false }
            .compactMap { try? SocketAddress(ipAddress: $0.host, port: $0.port) }
        guard !allowed.isEmpty else { throw .addressNotAllowed }
        return allowed
    }
}
