internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Reads what a stream has, by NATS's text protocol itself: apart from the library that wrote it.
package struct NATSReader: Sendable {
    /// A message as the stream keeps it.
    package struct Message: Hashable, Sendable {
        package let subject: String
        package let id: String
        package let body: String
    }

    private struct StreamInfo: Decodable {
        struct State: Decodable {
            let first_seq: Int
            let last_seq: Int
        }
        let state: State?
    }

    private struct Stored: Decodable {
        struct Message: Decodable {
            let subject: String
            let hdrs: Data?
            let data: Data?
        }
        let message: Message?
    }

    private let port: Int

    package init(_ server: NATSServer) { self.port = server.port }

    /// All messages of a stream in its order; none when there is no such stream.
    package func messages(in stream: String) async throws -> [Message] {
        let info = try await self.ask(["$JS.API.STREAM.INFO.\(stream)": ""])
        guard let state = try JSONDecoder().decode(StreamInfo.self, from: info[0]).state,
            state.last_seq >= state.first_seq, state.last_seq > 0
        else { return [] }
        let requests = (state.first_seq...state.last_seq).map { number in
            ("$JS.API.STREAM.MSG.GET.\(stream)", "{\"seq\": \(number)}")
        }
        return try await self.ask(requests).compactMap { answer in
            try JSONDecoder().decode(Stored.self, from: answer).message.map(Self.message)
        }
    }

    private static func message(_ stored: Stored.Message) -> Message {
        let headers = String(decoding: stored.hdrs ?? Data(), as: UTF8.self)
        let id = headers.split(separator: "\r\n").first { $0.hasPrefix("Nats-Msg-Id:") }
        return Message(
            subject: stored.subject,
            id: id.map { $0.dropFirst(12).trimmingCharacters(in: .whitespaces) } ?? "",
            body: String(decoding: stored.data ?? Data(), as: UTF8.self))
    }

    private func ask(_ requests: KeyValuePairs<String, String>) async throws -> [Data] {
        try await self.ask(requests.map { ($0.key, $0.value) })
    }

    /// Makes requests one after the other, each with its answer.
    private func ask(_ requests: [(subject: String, body: String)]) async throws -> [Data] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: self.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { input, output in
            try await output.write(
                ByteBuffer(string: "CONNECT {\"verbose\": false}\r\nSUB answers 1\r\n"))
            var received = ByteBuffer()
            var bytes = input.makeAsyncIterator()
            var answers: [Data] = []
            for request in requests {
                try await output.write(
                    ByteBuffer(
                        string: "PUB \(request.subject) answers \(request.body.utf8.count)\r\n"
                            + "\(request.body)\r\n"))
                while true {
                    if let answer = Self.takeAnswer(&received) {
                        answers.append(answer)
                        break
                    }
                    guard var more = try await bytes.next() else { throw ChannelError.eof }
                    received.writeBuffer(&more)
                }
            }
            return answers
        }
    }

    /// The body of the next `MSG answers 1 <bytes>`, once it is there; other lines are passed over.
    private static func takeAnswer(_ buffer: inout ByteBuffer) -> Data? {
        while let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let length = end - buffer.readerIndex + 1
            let line = buffer.getString(at: buffer.readerIndex, length: length) ?? ""
            guard line.hasPrefix("MSG "),
                let size = line.split(whereSeparator: \.isWhitespace).last.flatMap({ Int($0) })
            else {
                buffer.moveReaderIndex(forwardBy: length)
                continue
            }
            guard buffer.readableBytes >= length + size + 2 else { return nil }
            buffer.moveReaderIndex(forwardBy: length)
            let body = buffer.readBytes(length: size) ?? []
            buffer.moveReaderIndex(forwardBy: 2)
            return Data(body)
        }
        return nil
    }
}
