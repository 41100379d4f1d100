internal import NIOPosix
internal import Synchronization

/// Publishes to one stream.
///
/// libnats waits, so a thread of its own does nothing else. The connection is made when it is needed
/// and given up after any error; when to try again is for the caller to say.
package final class JetStreamClient: Sendable {
    private let configuration: NATSConfiguration
    private let stream: NATSStream
    private let thread = NIOThreadPool(numberOfThreads: 1)
    /// Locked by that thread alone.
    private let connection = Mutex<NATSConnection?>(nil)

    package init(_ configuration: NATSConfiguration, stream: NATSStream) {
        self.configuration = configuration
        self.stream = stream
        self.thread.start()
    }

    /// Gives the connection and the thread up, once what is under way has ended.
    package func close() async {
        try? await self.thread.runIfActive { self.connection.withLock { $0 = nil } }
        try? await self.thread.shutdownGracefully()
    }

    /// Publishes all messages in their order. Connecting takes some seconds at most.
    ///
    /// - Parameter limit: For the stream to answer to all of them.
    /// - Returns: For each message why the stream did not take it; `nil` for one that it has.
    /// - Throws: ``NATSError`` when it is not known of all; `CancellationError` when closed.
    package func publish(
        _ messages: [NATSMessage], within limit: Duration
    ) async throws -> [NATSError?] {
        try await self.thread.runIfActive {
            try self.connection.withLock { connection in
                do {
                    let open = try connection ?? self.open()
                    connection = open
                    return try open.publish(messages, until: .now + limit)
                } catch {
                    connection = nil
                    throw error
                }
            }
        }
    }

    private func open() throws(NATSError) -> NATSConnection {
        let connection = try NATSConnection(self.configuration)
        try connection.ensure(self.stream)
        return connection
    }
}
