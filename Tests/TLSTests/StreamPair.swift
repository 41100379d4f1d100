import TLS
import TestKit

/// Two ends of a connection, and the wire between them.
struct StreamPair: ~Copyable {
    var client: TLSStream
    var server: TLSStream

    init(client: TLSContext, server: TLSContext, expecting: Role? = nil) throws(TLSError) {
        let caller = try client.makeStream(expecting: expecting)
        let answerer = try server.makeStream()
        self.client = caller
        self.server = answerer
    }

    static func established() throws -> StreamPair {
        var pair = try StreamPair(
            client: TestCertificates.client(.orchestrator),
            server: TestCertificates.server(.payment))
        try pair.shakeHands()
        return pair
    }

    mutating func shakeHands() throws(TLSError) {
        try self.client.start()
        try self.carry()
    }

    /// Carries what waits on either side to the other, until nothing does.
    ///
    /// - Parameter pieces: How many bytes arrive at once.
    mutating func carry(pieces: Int = .max) throws(TLSError) {
        while self.client.ciphertextCount + self.server.ciphertextCount > 0 {
            for piece in Self.drain(&self.client).pieces(of: pieces) {
                try self.server.feed(piece.span)
            }
            for piece in Self.drain(&self.server).pieces(of: pieces) {
                try self.client.feed(piece.span)
            }
        }
    }

    mutating func receivedByServer() -> [UInt8] { Self.takePlaintext(&self.server) }
    mutating func receivedByClient() -> [UInt8] { Self.takePlaintext(&self.client) }

    private static func drain(_ stream: inout TLSStream) -> [UInt8] {
        var bytes: [UInt8] = []
        stream.drainCiphertext { bytes = $0.bytes() }
        return bytes
    }

    private static func takePlaintext(_ stream: inout TLSStream) -> [UInt8] {
        var bytes: [UInt8] = []
        stream.consumePlaintext { span in
            bytes = span.bytes()
            return span.count
        }
        return bytes
    }
}

extension Span<UInt8> {
    func bytes() -> [UInt8] {
        self.withUnsafeBufferPointer { Array($0) }
    }
}

extension [UInt8] {
    func pieces(of size: Int) -> [[UInt8]] {
        if self.count <= size { return self.isEmpty ? [] : [self] }
        return stride(from: 0, to: self.count, by: size).map {
            Array(self[$0..<Swift.min($0 + size, self.count)])
        }
    }
}

/// The error that `body` throws, if it does.
func failure(_ body: () throws(TLSError) -> Void) -> TLSError? {
    do throws(TLSError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// A folder with a pair of `role` that `issue` makes, and the authority of `trusted`.
func folder(
    trusting trusted: String, as role: Role, _ issue: (String) throws -> Void
) throws -> String {
    let folder = try TemporaryFolder.make("certificates")
    try issue(folder)
    try TemporaryFolder.copy("\(trusted)/ca.crt", to: "\(folder)/ca.crt")
    return folder
}
