/// Who a peer is: the last path segment of the URI in its certificate, `spiffe://florin/<role>`.
///
/// A role is read from the certificate once, at the handshake, and never from anything a peer sends.
package enum Role: String, CaseIterable, Hashable, Sendable {
    case orchestrator
    case payment
    case refund
    case fx
    case ledger
    case acquirer
    case gateway
    /// A person or a script that runs the system, through the `florin` command.
    case `operator`
    /// Another service of the house that makes payments.
    case client

    /// The identity in a certificate's subject alternative name.
    package var uri: String { Self.uriPrefix + self.rawValue }

    /// The role that a certificate's URI names; `nil` for any other URI.
    package init?(uri: String) {
        guard uri.hasPrefix(Self.uriPrefix) else { return nil }
        self.init(rawValue: String(uri.dropFirst(Self.uriPrefix.count)))
    }

    private static let uriPrefix = "spiffe://florin/"
}

extension Role: CustomStringConvertible {
    package var description: String { self.rawValue }
}
