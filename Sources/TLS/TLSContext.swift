internal import Synchronization

/// What one process shows its peers and asks of them: its certificate and key, the authority it
/// believes, TLS 1.3 and nothing older.
///
/// Shared by all connections of one side. Streams made before ``reload()`` keep what they have;
/// whether their peer is still to be trusted they tell when asked (``TLSStream/recheckPeer()``).
package final class TLSContext: Sendable {
    package enum Side: Hashable, Sendable {
        case client
        case server
    }

    package let role: Role
    package let side: Side
    private let folder: String
    private let current: Mutex<ContextHandle>
    private let reloads = Atomic(0)
    private let observers = Mutex(Observers())

    /// Reads `ca.crt`, `<role>.crt` and `<role>.key` from `folder`, and `ca.crl` if it is there.
    ///
    /// A revocation list that has expired is taken: it lets no peer in, until a newer one comes.
    ///
    /// - Throws: `.file` if one cannot be read; `.badCertificate` if one is unusable, the key is
    ///   not the certificate's, the certificate names another role, or the revocation list is not
    ///   the authority's.
    package init(certificates folder: String, role: Role, side: Side) throws(TLSError) {
        self.role = role
        self.side = side
        self.folder = folder
        self.current = Mutex(try ContextHandle(folder: folder, role: role, side: side))
    }

    /// Reads the files again, for the connections to come. If they are unusable the old ones stay.
    ///
    /// - Throws: What ``init(certificates:role:side:)`` throws. Also `.badCertificate` for files
    ///   that must be a change that is only half done, or one for the worse: a certificate that is
    ///   not of the authority beside it, a revocation list that has gone or is an older one.
    package func reload() throws(TLSError) {
        try Self.reload([self])
    }

    /// Reloads all of `contexts`, or none of them.
    package static func reload(_ contexts: [TLSContext]) throws(TLSError) {
        var fresh: [ContextHandle] = []
        for context in contexts {
            let handle = try ContextHandle(
                folder: context.folder, role: context.role, side: context.side)
            try handle.identity.checkReplacing(context.handle.identity)
            fresh.append(handle)
        }
        for (context, handle) in zip(contexts, fresh) { context.adopt(handle) }
    }

    /// How often new files have been taken up: what was found out under another generation has to
    /// be found out again.
    package var generation: Int { self.reloads.load(ordering: .sequentiallyConsistent) }

    /// Calls `body` after each reload, on the thread that reloaded, for as long as the returned
    /// object lives. Whoever holds open streams lets them ``TLSStream/recheckPeer()`` then.
    package func onReload(_ body: @escaping @Sendable () -> Void) -> ReloadObservation {
        let number = self.observers.withLock { $0.add(body) }
        return ReloadObservation { [weak self] in
            self?.observers.withLock { _ = $0.bodies.removeValue(forKey: number) }
        }
    }

    /// From when to when each part of what is in force is good.
    package func expiry() -> [CertificateExpiry] { self.handle.identity.expiry }

    /// Whether the list in force has this process's own certificate: every peer with the same list
    /// turns it away.
    package var isOwnRevoked: Bool { self.handle.identity.isOwnRevoked }

    /// The serial number of the certificate that new connections show, in upper-case hexadecimal.
    package var ownSerial: String { self.handle.identity.ownSerial }

    /// A connection's worth of TLS.
    ///
    /// - Parameter peer: The role that the other side must have; `nil` lets any role in.
    package func makeStream(expecting peer: Role? = nil) throws(TLSError) -> TLSStream {
        // In this order: a reload in between costs a second look at the peer and skips none.
        let generation = self.generation
        return try TLSStream(
            context: self, handle: self.handle, generation: generation, expecting: peer)
    }

    /// What is in force now.
    var handle: ContextHandle { self.current.withLock(\.self) }

    private func adopt(_ handle: ContextHandle) {
        self.current.withLock { $0 = handle }
        self.reloads.add(1, ordering: .sequentiallyConsistent)
        for body in self.observers.withLock({ Array($0.bodies.values) }) { body() }
    }

    private struct Observers {
        var bodies: [Int: @Sendable () -> Void] = [:]
        private var next = 0

        mutating func add(_ body: @escaping @Sendable () -> Void) -> Int {
            defer { self.next += 1 }
            self.bodies[self.next] = body
            return self.next
        }
    }
}

/// Holds an observer of reloads in its place; letting go of it ends the observing.
package final class ReloadObservation: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { self.end() }
}
