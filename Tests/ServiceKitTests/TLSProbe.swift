internal import Foundation
internal import TLS

/// A handshake over a socket of its own, as any new peer makes one.
enum TLSProbe {
    /// The serial number of the certificate that a server shows to a new connection; `nil` if none
    /// comes about.
    static func serial(port: Int, client: TLSContext) throws -> String? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return nil }
        var stream = try client.makeStream()
        try stream.start()
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while stream.state == .handshaking {
            stream.drainCiphertext { span in
                span.withUnsafeBytes { _ = Glibc.send(socket, $0.baseAddress, $0.count, 0) }
            }
            let count = Glibc.recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            try stream.feed(Array(buffer[..<count]).span)
        }
        return stream.peerSerial
    }
}
