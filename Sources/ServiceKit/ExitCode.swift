/// How a service's process ends. The numbers follow sysexits.h where it has one.
package enum ExitCode: Int32, Sendable {
    /// Asked to stop; every accepted call was finished.
    case stopped = 0
    /// Failed while it ran; the last line of the log tells why.
    case failed = 1
    /// The configuration is wrong; the field is named on standard error.
    case wrongConfiguration = 64
    /// The database or its schema was not there in time.
    case databaseUnavailable = 69
    /// Asked to stop, and calls were still running at the drain limit or at the second signal.
    case forced = 75
}
