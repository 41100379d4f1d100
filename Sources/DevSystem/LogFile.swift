internal import Foundation

/// A log that is bounded by being put aside at each start; one earlier run is kept.
enum LogFile {
    static func rotate(_ path: String) {
        rename(path, path + ".1")
    }

    /// The last lines, for an error's message.
    static func tail(_ path: String, lines: Int = 12) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }
}
