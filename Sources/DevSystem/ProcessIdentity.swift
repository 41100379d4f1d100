internal import Foundation

/// A process that cannot be mistaken for a later one with the same number.
package struct ProcessIdentity: Codable, Hashable, Sendable {
    package let pid: Int32
    /// Clock ticks after boot when it was started, as the kernel tells it.
    package let startTime: UInt64

    /// The process that has the number now; `nil` when none has.
    package init?(pid: Int32) {
        guard let start = Self.startTime(of: pid) else { return nil }
        self.pid = pid
        self.startTime = start
    }

    package static var current: ProcessIdentity? { ProcessIdentity(pid: getpid()) }

    package var isRunning: Bool { Self.startTime(of: self.pid) == self.startTime }

    /// Sends a signal, unless the process has ended.
    package func signal(_ number: Int32) {
        if self.isRunning { kill(self.pid, number) }
    }

    /// Waits until the process has ended.
    ///
    /// - Returns: Whether it has, within `limit`.
    package func waitForEnd(limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while self.isRunning {
            if ContinuousClock.now > end { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// Field 22 of `/proc/<pid>/stat`, counted after the name, which may hold anything; a zombie
    /// counts as ended.
    private static func startTime(of pid: Int32) -> UInt64? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }
}
