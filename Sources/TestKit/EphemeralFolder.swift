package import DevSystem
internal import Foundation
internal import Synchronization

/// Folders that vanish with the test process, or with the next one if it was killed.
package enum EphemeralFolder {
    private static let prefix = "florin-test-"
    private static let removals = Mutex<[@Sendable () -> Void]>([])

    /// Makes `/tmp/florin-test-<pid>-…`, which others may pass through but not list.
    package static func make() throws -> String {
        self.removeAbandoned()
        let random = String(UInt32.random(in: 0...(.max)), radix: 36)
        let path = "/tmp/\(self.prefix)\(getpid())-\(random)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o711])
        return path
    }

    /// When the process exits, stops `server` and removes `folder`.
    package static func removeAtExit(_ folder: String, server: ProcessIdentity? = nil) {
        let isFirst = self.removals.withLock { removals in
            removals.append {
                server?.signal(SIGINT)
                // Exiting cannot wait by suspending. The server's fast stop takes well under this.
                for _ in 0..<500 where server?.isRunning == true { usleep(10_000) }
                try? FileManager.default.removeItem(atPath: folder)
            }
            return removals.count == 1
        }
        if isFirst {
            atexit { for removal in EphemeralFolder.removals.withLock(\.self) { removal() } }
        }
    }

    /// Removes what killed test processes left.
    private static func removeAbandoned() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where name.hasPrefix(self.prefix) {
            let pid = name.dropFirst(self.prefix.count).split(separator: "-").first
                .flatMap { Int32($0) }
            if let pid, ProcessIdentity(pid: pid) == nil {
                try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
            }
        }
    }
}
