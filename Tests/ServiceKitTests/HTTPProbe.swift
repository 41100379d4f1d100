internal import Foundation

/// Plain HTTP over a socket of its own, so that anything can be sent.
enum HTTPProbe {
    struct Answer {
        /// All that came until the server closed.
        let text: String

        var status: Int? {
            self.text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
        var head: String { self.text.components(separatedBy: "\r\n\r\n")[0] }
        var body: String {
            self.text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        }
    }

    struct NoConnection: Error {}

    static func get(_ path: String, _ port: Int) async throws -> Answer {
        try await self.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n", port)
    }

    /// Sends `request` and reads until the server closes.
    static func send(_ request: String, _ port: Int) async throws -> Answer {
        let socket = try self.connect(port)
        // Blocking calls keep to a thread of their own.
        return await withCheckedContinuation { continuation in
            Thread {
                let bytes = Array(request.utf8)
                _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                var text: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 64 * 1024)
                while true {
                    let count = recv(socket, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    text += buffer[..<count]
                }
                close(socket)
                continuation.resume(returning: Answer(text: String(decoding: text, as: UTF8.self)))
            }.start()
        }
    }

    static func connect(_ port: Int) throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(socket)
            throw NoConnection()
        }
        return socket
    }
}
