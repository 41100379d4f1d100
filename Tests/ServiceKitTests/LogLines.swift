internal import Logging
internal import ServiceKit
internal import Synchronization

/// Keeps what a service logs.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    /// How many lines have `text` in their message or their metadata.
    func count(_ text: String) -> Int {
        self.lines.withLock { $0.count { $0.contains(text) } }
    }

    private func append(_ line: String) { self.lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.lines.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
        }
    }
}
