internal import Foundation

/// A folder for one process's tests, in the system's temporary folder.
package enum TemporaryFolder {
    /// Makes an empty folder of its own for whoever asks.
    package static func make(_ name: String) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "florin-tests-\(ProcessInfo.processInfo.processIdentifier)")
            .appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        return path.path(percentEncoded: false)
    }

    package static func copy(_ path: String, to target: String) throws {
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: path, toPath: target)
    }
}
