internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Finds the addresses behind a name.
package protocol AddressResolver: Sendable {
    /// - Throws: When there is no answer; what was known before stays good then.
    func addresses(of endpoint: Endpoint) async throws -> [Endpoint]
}

/// Asks the system, on a thread that may wait.
package struct SystemResolver: AddressResolver {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package init() {}

    package func addresses(of endpoint: Endpoint) async throws -> [Endpoint] {
        try await NIOThreadPool.singleton.runIfActive { try Self.lookUp(endpoint) }
    }

    /// Asks on this thread, which waits.
    package static func lookUp(_ endpoint: Endpoint) throws -> [Endpoint] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list)
        guard status == 0 else {
            let why = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw Failure(description: "\(endpoint.host): \(why)")
        }
        defer { freeaddrinfo(list) }
        var found: [Endpoint] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &host, socklen_t(host.count), nil, 0,
                    NI_NUMERICHOST) == 0
            else { continue }
            let text = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let address = Endpoint(
                host: String(decoding: text, as: UTF8.self), port: endpoint.port)
            if !found.contains(address) { found.append(address) }
        }
        return found
    }
}
