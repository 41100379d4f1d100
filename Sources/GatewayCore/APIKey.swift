/// A key by which a merchant's requests are known: "sk_test_…".
package struct APIKey: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case secret = "sk"
        case publishable = "pk"
        case restricted = "rk"
    }

    package let kind: Kind
    package let isLive: Bool
    package let text: String

    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    /// Of 62 characters each: 190 bits. What is kept is a plain hash, as nobody can try them all.
    private static let length = 32

    /// Makes a key.
    package init(
        _ kind: Kind, isLive: Bool, randomness: inout some RandomNumberGenerator
    ) {
        let secret = (0..<Self.length).map { _ in
            Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &randomness)]
        }
        self.kind = kind
        self.isLive = isLive
        self.text =
            "\(kind.rawValue)_\(isLive ? "live" : "test")_\(String(decoding: secret, as: UTF8.self))"
    }

    /// Reads what a request has; `nil` when it has not the form of a key.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = Kind(rawValue: String(parts[0])),
            parts[1] == "live" || parts[1] == "test", parts[2].utf8.count == Self.length,
            parts[2].utf8.allSatisfy(Self.alphabet.contains)
        else { return nil }
        self.kind = kind
        self.isLive = parts[1] == "live"
        self.text = text
    }

    /// Enough to know it again by, and not to use it.
    package var hint: String { Self.hint(self.text) }

    /// `text` with its middle taken out.
    package static func hint(_ text: String) -> String {
        guard text.count > 16 else { return String(text.prefix(4)) + "..." }
        return "\(text.prefix(8))...\(text.suffix(4))"
    }
}

extension APIKey {
    /// The key in an `Authorization` header: `Bearer sk_…`, or `Basic` with the key as the user.
    ///
    /// - Parameter decodeBase64: Decodes; `nil` for what is no base64.
    /// - Returns: The text given as a key, whatever its form; `nil` without one.
    package static func text(
        authorization: String, decodeBase64: (String) -> String?
    ) -> String? {
        guard let space = authorization.firstIndex(of: " ") else { return nil }
        let credentials = authorization[authorization.index(after: space)...]
            .drop { $0 == " " }
        switch authorization[..<space].lowercased() {
        case "bearer": return credentials.isEmpty ? nil : String(credentials)
        case "basic":
            guard let pair = decodeBase64(String(credentials)) else { return nil }
            let user = pair.prefix { $0 != ":" }
            return user.isEmpty ? nil : String(user)
        default: return nil
        }
    }
}

/// What a restricted key may do: "charges:read".
package struct Permission: Hashable, Sendable {
    package enum Access: String, CaseIterable, Hashable, Sendable {
        case read
        /// Reading too.
        case write
    }

    package enum Resource: String, CaseIterable, Hashable, Sendable {
        case paymentIntents = "payment_intents"
        case charges
        case refunds
        case customers
        case paymentMethods = "payment_methods"
        case balance
        case account
        case quotes = "fx_quotes"
        case idempotency
        case events
        case webhookEndpoints = "webhook_endpoints"
    }

    package let resource: Resource
    package let access: Access

    package init(_ resource: Resource, _ access: Access) {
        self.resource = resource
        self.access = access
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let resource = Resource(rawValue: String(parts[0])),
            let access = Access(rawValue: String(parts[1]))
        else { return nil }
        self.init(resource, access)
    }

    package var text: String { "\(self.resource.rawValue):\(self.access.rawValue)" }
}

extension Set<Permission> {
    package func allows(_ wanted: Permission) -> Bool {
        self.contains(Permission(wanted.resource, .write))
            || (wanted.access == .read && self.contains(wanted))
    }
}
