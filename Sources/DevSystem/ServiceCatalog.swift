package import TLS

/// The services of the system, each as a process of its own.
package enum ServiceCatalog {
    package struct Entry: Hashable, Sendable {
        package let role: Role
        /// Whom it calls.
        package let peers: [Role]
        /// Its port, counted from the base port.
        let portOffset: Int
        /// The port of its HTTP API, if it has one.
        var httpPortOffset: Int? { self.role == .gateway ? 0 : nil }

        package var name: String { self.role.rawValue }
        /// The executable's name.
        package var program: String { "florin-\(self.name)" }
    }

    /// In the order of their start: whoever is called comes before its callers. A stop goes the
    /// other way.
    package static let entries: [Entry] = [
        Entry(role: .acquirer, peers: [], portOffset: 6),
        Entry(role: .ledger, peers: [], portOffset: 5),
        Entry(role: .fx, peers: [], portOffset: 4),
        Entry(role: .refund, peers: [.acquirer], portOffset: 3),
        Entry(role: .payment, peers: [.acquirer], portOffset: 2),
        Entry(
            role: .orchestrator, peers: [.payment, .refund, .fx, .ledger, .acquirer],
            portOffset: 1),
        Entry(
            role: .gateway, peers: [.orchestrator, .payment, .refund, .fx, .ledger],
            portOffset: 7),
    ]

    /// - Throws: `.unknownService` with the names there are.
    package static func entry(named name: String) throws(DevError) -> Entry {
        guard let entry = self.entries.first(where: { $0.name == name }) else {
            throw DevError(
                .unknownService, "no service is named \(name)",
                hint: "There are: \(self.entries.map(\.name).sorted().joined(separator: ", ")).")
        }
        return entry
    }
}
