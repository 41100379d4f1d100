/// Why a service could not start or ended, with the exit code it ends with.
package struct ServiceFailure: Error, Sendable, CustomStringConvertible {
    package let exitCode: ExitCode
    package let message: String
    package let hint: String

    package init(_ exitCode: ExitCode, _ message: String, hint: String) {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(self.message). \(self.hint)" }
}
