/// Why the development system could not be started or found, and what to do.
package struct DevError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case alreadyRunning  // Another system has the data folder.
        case notRunning  // There is no system on the data folder.
        case fileFailed  // A file of the data folder cannot be read or written.
        case noFreePort  // No port could be had on the loopback address.
        case spawnFailed  // A process could not be started.
        case serviceFailed  // A service ended, or did not become healthy in time.
        case interrupted  // Asked to stop before it was ready.
        case unknownService  // A name that no service has.
    }

    package let code: Code
    package let message: String
    /// What to do next.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(self.message)\n\(self.hint)" }
}
