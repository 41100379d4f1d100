internal import GatewayCore
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Looks hosts' names up, and at what their addresses are.
///
/// The system's resolver holds a thread for as long as it takes, so there are some for it, and an
/// answer holds for a moment: whoever's name is slow to be found takes nobody else's place then.
final class HostNames: Sendable {
    private struct Entry {
        let address: SocketAddress
        let until: NIODeadline
    }

    private let threads = NIOThreadPool(numberOfThreads: 32)
    private let rules: AddressRules
    private let entries = Mutex<[WebhookURL.Place: Entry]>([:])

    private static let lifetime = TimeAmount.seconds(10)
    /// Beyond that all are forgotten.
    private static let limit = 10_000

    init(_ rules: AddressRules) {
        self.rules = rules
        self.threads.start()
    }

    func close() { self.threads.shutdownGracefully { _ in } }

    /// - Parameter deadline: After that nobody waits for it any more.
    /// - Returns: An address that may be connected to; else fails with a ``WebhookProblem``.
    func address(
        of place: WebhookURL.Place, until deadline: NIODeadline, on loop: any EventLoop
    ) -> EventLoopFuture<SocketAddress> {
        if let entry = self.entries.withLock({ $0[place] }), entry.until > .now() {
            return loop.makeSucceededFuture(entry.address)
        }
        return self.threads.runIfActive(eventLoop: loop) {
            guard deadline > .now() else { throw WebhookProblem.timedOut }
            let address = try self.lookUp(place)
            self.entries.withLock { entries in
                if entries.count >= Self.limit { entries.removeAll() }
                entries[place] = Entry(address: address, until: .now() + Self.lifetime)
            }
            return address
        }
    }

    private func lookUp(_ place: WebhookURL.Place) throws(WebhookProblem) -> SocketAddress {
        guard
            let found = try? SocketAddress.makeAddressResolvingHost(place.host, port: place.port)
        else { throw .addressUnknown }
        guard let address = found.ipAddress.flatMap({ IPAddress($0) }), self.rules.allows(address)
        else { throw .addressNotAllowed }
        return found
    }
}
