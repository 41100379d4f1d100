/// Where an endpoint is: an absolute `https` or `http` URL, taken apart.
package struct WebhookURL: Hashable, Sendable {
    /// What is connected to.
    package struct Place: Hashable, Sendable {
        /// A name or an address; an IPv6 address without its brackets.
        package let host: String
        package let port: Int
    }

    package let text: String
    package let isEncrypted: Bool
    package let place: Place
    /// With the query.
    package let target: String

    private static let longest = 2_048

    /// `nil` for what is no such URL, and for one with a user or a fragment.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }),
            !text.contains("#"), let colon = text.firstRange(of: "://")
        else { return nil }
        switch text[..<colon.lowerBound].lowercased() {
        case "https": self.isEncrypted = true
        case "http": self.isEncrypted = false
        default: return nil
        }
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let place = Self.place(authority, default: self.isEncrypted ? 443 : 80) else {
            return nil
        }
        self.place = place
        let target = rest[authority.endIndex...]
        self.target = target.first == "/" ? String(target) : "/" + target
        self.text = text
    }

    private static func place(
        _ authority: Substring, default port: Int
    ) -> Place? {
        let host: Substring
        var rest: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            let isName = host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            guard isName else { return nil }
        }
        guard (1...253).contains(host.utf8.count) else { return nil }
        guard !rest.isEmpty else { return Place(host: String(host), port: port) }
        guard rest.removeFirst() == ":", rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(rest), (1...65_535).contains(port)
        else { return nil }
        return Place(host: String(host), port: port)
    }

    /// As it stands in a request's `Host`.
    package var authority: String {
        let (host, port) = (self.place.host, self.place.port)
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (self.isEncrypted ? 443 : 80) ? name : "\(name):\(port)"
    }
}
