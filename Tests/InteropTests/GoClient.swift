import Foundation
import Synchronization
import TestKit
import Testing

/// Go's ttrpc client, on one connection.
final class GoClient: Sendable {
    struct Command: Encodable {
        var id = 0
        var service = InteropServer.service
        var method: String
        var text = ""
        /// If not 0, that many bytes are sent in place of `text`.
        var size = 0
        /// If above 1, that many calls at once, each with a text of its own.
        var calls = 1
        /// If not 0, Go's deadline for the call.
        var timeout_ms = 0
        var metadata: [String: String] = [:]
    }

    struct Reply: Decodable {
        /// gRPC's code; -1 for an error that came from no server.
        let code: Int
        let message: String
        let text: String
        /// How many bytes came.
        let size: Int
        /// How many calls got back what they had sent.
        let echoed: Int
    }

    let process: GoProcess
    private let lastID = Atomic(0)

    init(port: Int, certificates: String, role: String = "orchestrator") throws {
        self.process = try GoProcess([
            "client", "-address", "127.0.0.1:\(port)", "-certificates", certificates, "-role", role,
            "-peer", "payment",
        ])
    }

    func call(_ command: Command) async throws -> Reply {
        var command = command
        command.id = self.lastID.add(1, ordering: .relaxed).newValue
        let start = "{\"id\":\(command.id),"
        try self.process.write(JSONEncoder().encode(command))
        let line = try #require(await self.process.line { $0.hasPrefix(start) })
        return try JSONDecoder().decode(Reply.self, from: Data(line.utf8))
    }

    func call(_ method: String, text: String = "") async throws -> Reply {
        try await self.call(Command(method: method, text: text))
    }
}
