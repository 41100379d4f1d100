internal import Foundation

/// Where PostgreSQL's server programs are, and as whom they run.
struct PostgresBinaries: Sendable {
    /// A user of the system.
    struct User: Hashable, Sendable {
        let name: String
        let id: uid_t
        let group: gid_t
    }

    let folder: String
    /// Whom to become, since the server refuses to be root; `nil` to stay who we are.
    let user: User?

    /// - Throws: `.binariesNotFound`, `.noServerUser`
    static func find() throws(PostgresClusterError) -> PostgresBinaries {
        guard let folder = Self.candidates().first(where: Self.hasServer) else {
            throw .binariesNotFound
        }
        guard geteuid() == 0 else { return PostgresBinaries(folder: folder, user: nil) }
        guard let entry = getpwnam("postgres"), Self.setpriv != nil else {
            throw .noServerUser("postgres")
        }
        return PostgresBinaries(
            folder: folder,
            user: User(name: "postgres", id: entry.pointee.pw_uid, group: entry.pointee.pw_gid))
    }

    /// The program and arguments that run `program` as the server's user.
    ///
    /// - Parameter diesWithParent: Asks the kernel to interrupt the program when the thread that
    ///   started it ends, as it does when our process is killed.
    func command(
        _ program: String, _ arguments: [String], diesWithParent: Bool = false
    ) -> [String] {
        let command = ["\(self.folder)/\(program)"] + arguments
        guard let setpriv = Self.setpriv else { return command }
        var options: [String] = []
        if let user = self.user {
            options += ["--reuid=\(user.name)", "--regid=\(user.group)", "--init-groups"]
        }
        if diesWithParent { options += ["--pdeathsig=INT"] }
        return options.isEmpty ? command : [setpriv] + options + ["--"] + command
    }

    private static let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Debian keeps each version in a folder of its own, away from the PATH. The newest first.
    private static func candidates() -> [String] {
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(debian)/\($0)/bin" }
            + path.split(separator: ":").map(String.init)
    }

    private static func hasServer(_ folder: String) -> Bool {
        ["initdb", "postgres"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
        }
    }
}
