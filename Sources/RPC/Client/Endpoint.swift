internal import NIOCore

/// Where a server listens: `127.0.0.1:7402`, `payment.internal:7402`, `[::1]:7402`.
package struct Endpoint: Hashable, Sendable {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; an IPv6 address stands in brackets. `nil` for anything else.
    package init?(parsing text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }
}

extension Endpoint {
    /// Whether the host is an address, not a name.
    var isAddress: Bool { (try? SocketAddress(ipAddress: self.host, port: self.port)) != nil }

    /// Reads several, with commas between them; `nil` unless each is one.
    package static func list(parsing text: String) -> [Endpoint]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let endpoints = parts.compactMap { part in
            Endpoint(parsing: part.trimmingPrefix(while: \.isWhitespace).description)
        }
        return endpoints.count == parts.count ? endpoints : nil
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
