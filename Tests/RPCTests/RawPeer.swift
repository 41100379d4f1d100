import Foundation
import NIOCore
import RPC
import TLS
import TestKit

/// A peer that sends whatever a test wants, over a blocking socket: bytes below TLS, or frames in it.
final class RawPeer {
    private let socket: Int32
    var stream: TLSStream
    /// Of the frame received last.
    private(set) var lastPayload: [UInt8] = []

    init(port: Int, role: Role = .orchestrator) throws {
        self.stream = try TestCertificates.client(role).makeStream()
        self.socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            self.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = self.socket
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let result = address.withSockAddr { address, size in
            connect(descriptor, address, socklen_t(size))
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit {
        Foundation.close(self.socket)
    }

    func shakeHands() throws {
        try self.stream.start()
        self.flush()
        while self.stream.state == .handshaking {
            let bytes = self.receive()
            if bytes.isEmpty { throw POSIXError(.ECONNRESET) }
            try self.stream.feed(bytes.span)
            self.flush()
        }
    }

    /// Sends plaintext bytes through TLS.
    func send(_ plaintext: [UInt8]) throws {
        try self.stream.write(plaintext.span)
        self.flush()
    }

    /// Sends bytes as they stand.
    func sendRaw(_ bytes: [UInt8]) {
        _ = Foundation.send(self.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes next, as it stands; empty at the end of the connection.
    func receive() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(self.socket, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Reads until a whole frame has come.
    ///
    /// - Returns: The stream of the frame; `nil` if the connection ends before.
    func receiveFrame() throws -> UInt32? {
        var decoder = FrameDecoder()
        while true {
            var stream: UInt32?
            self.stream.consumePlaintext { span in
                var offset = 0
                guard case .frame(let header, let range) = decoder.next(in: span, at: &offset)
                else {
                    decoder = FrameDecoder()
                    return 0
                }
                stream = header.stream
                self.lastPayload = range.map { span[$0] }
                return offset
            }
            if let stream { return stream }
            let bytes = self.receive()
            if bytes.isEmpty || self.stream.state == .closed { return nil }
            try self.stream.feed(bytes.span)
        }
    }

    /// Whether the server has ended the connection.
    func isCut() -> Bool {
        while true {
            let bytes = self.receive()
            if bytes.isEmpty { return true }
        }
    }

    /// Whether nothing has come within `time`, not even the end.
    func isOpen(for time: Duration) -> Bool {
        var wait = pollfd(fd: self.socket, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, Int32(time / .milliseconds(1))) == 0
    }

    /// Ends the connection without a word: the other side's next use of it fails.
    func reset() {
        var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            self.socket, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout<Foundation.linger>.size))
        shutdown(self.socket, Int32(SHUT_RDWR))
    }

    private func flush() {
        var bytes: [UInt8] = []
        self.stream.drainCiphertext { span in bytes = span.withUnsafeBufferPointer { Array($0) } }
        self.sendRaw(bytes)
    }

    /// A frame that asks for the echo of nothing.
    ///
    /// - Parameters:
    ///   - timeout: `timeout_nano`.
    ///   - padding: How long the envelope is to be, by a field that nobody knows.
    static func request(
        stream: UInt32, method: String = "Echo", timeout: Int64 = 0, payload bytes: [UInt8] = [],
        padding: Int = 0
    ) -> [UInt8] {
        let service = Array(RPCHarness.service.utf8)
        let name = Array(method.utf8)
        var payload = [0x0a, UInt8(service.count)] + service + [0x12, UInt8(name.count)] + name
        payload.append(0x20)
        var rest = UInt64(bitPattern: timeout)
        while rest > 0x7f {
            payload.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        payload.append(UInt8(rest))
        if !bytes.isEmpty { payload += [0x1a, UInt8(bytes.count)] + bytes }
        // Field 15, with a length of four bytes.
        let left = padding - payload.count - 5
        if left > 0 {
            payload.append(0x7a)
            for index in 0..<4 {
                let bits = UInt8(truncatingIfNeeded: left >> (7 * index)) & 0x7f
                payload.append(index < 3 ? bits | 0x80 : bits)
            }
            payload += [UInt8](repeating: 0, count: left)
        }
        var frame: [UInt8] = []
        frame.appendFrame(stream: stream, kind: .request, payload: payload)
        return frame
    }
}
