internal import Foundation
package import Logging

/// Writes one line an event: `key=value` pairs, values with spaces quoted (logfmt).
///
///     time=2026-11-22T16:04:05.123Z level=info service=payment event="payment created" payment=pi_…
///
/// Messages are constant and values are metadata, so that lines can be searched by key. A key
/// that names a secret has its value hidden, whoever logged it.
package struct StructuredLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let service: String
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes one whole line, its line feed included; called on any thread.
    package init(
        service: String, logLevel: Logger.Level,
        write: @escaping @Sendable (String) -> Void = StructuredLogHandler.writeToStandardError
    ) {
        self.service = service
        self.logLevel = logLevel
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        var line = "time=\(time) level=\(event.level) service=\(self.service)"
        line += " event=\(Self.quoted("\(event.message)"))"
        let metadata = self.metadata.merging(event.metadata ?? [:]) { _, latest in latest }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let text = Self.isSecret(key) ? "***" : "\(value)"
            line += " \(Self.quoted(key))=\(Self.quoted(text))"
        }
        if let error = event.error { line += " error=\(Self.quoted("\(error)"))" }
        self.write(line + "\n")
    }

    /// One `write` of a whole line: lines of several threads do not mix.
    package static func writeToStandardError(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    private static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["password", "secret", "token", "authorization"].contains { key.contains($0) }
    }

    /// `text` as a logfmt value: as it stands if it is one plain word, else in quotes with line
    /// breaks, quotes and control characters escaped, so that nothing can forge a line.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0 > " " && $0 != "\"" && $0 != "=" && $0 != "\\" && $0.value != 0x7F
        }
        guard !isPlain || text.isEmpty else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
