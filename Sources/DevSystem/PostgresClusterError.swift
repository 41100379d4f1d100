internal import Glibc

/// Why a private PostgreSQL could not be run, in words for the person at the terminal.
package enum PostgresClusterError: Error, Hashable, Sendable {
    /// No PostgreSQL server programs on this machine.
    case binariesNotFound
    /// PostgreSQL refuses to run as root, and there is nobody else to run it.
    case noServerUser(String)
    /// The server's user may not pass through this folder on the way to its data.
    case folderNotTraversable(String, user: String)
    /// A file or folder could not be made.
    case file(String, errno: Int32)
    /// A program ended with an error; `output` is what it said.
    case programFailed(String, status: Int32, output: String)
    /// The server did not become ready in time; `log` is the end of its log.
    case notReady(log: String)
    /// The server did not stop in time.
    case notStopped
}

extension PostgresClusterError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .binariesNotFound:
            "PostgreSQL's server programs were not found: install the package `postgresql`, "
                + "or put the folder of `pg_config` on the PATH"
        case .noServerUser(let user):
            "PostgreSQL does not run as root, and there is no user `\(user)` to run it: "
                + "install the package `postgresql`, or start as another user"
        case .folderNotTraversable(let folder, let user):
            "the user `\(user)`, who runs PostgreSQL, may not pass through \(folder): "
                + "`chmod o+x \(folder)`, or choose another data folder"
        case .file(let path, let number):
            "\(path): \(String(cString: strerror(number)))"
        case .programFailed(let program, let status, let output):
            "\(program) ended with status \(status): \(output)"
        case .notReady(let log):
            "PostgreSQL did not become ready: \(log)"
        case .notStopped:
            "PostgreSQL did not stop in time"
        }
    }
}
