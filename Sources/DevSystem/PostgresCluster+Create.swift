internal import Foundation
internal import Glibc

extension PostgresCluster {
    /// The name of the cluster's superuser.
    static let superuser = "postgres"

    /// A unix socket's path has at most 107 bytes; a longer one moves to a short folder whose
    /// name is told by this one.
    var socketFolder: String {
        let near = "\(self.folder)/socket"
        if near.utf8.count + "/.s.PGSQL.65535.lock".utf8.count <= 107 { return near }
        return "/tmp/florin-\(String(Self.fingerprint(self.folder), radix: 36))"
    }

    /// Makes the folders, and gives those the server needs to the user who runs it.
    func prepareFolders() throws(PostgresClusterError) {
        try self.makeFolder(self.folder, mode: nil)
        try self.makeFolder("\(self.folder)/secrets", mode: 0o700)
        for folder in [self.dataFolder, self.socketFolder] {
            try self.makeFolder(folder, mode: 0o700)
            if let user = self.binaries.user, lchown(folder, user.id, user.group) != 0 {
                throw .file(folder, errno: errno)
            }
        }
        try self.checkTraversable()
    }

    /// Runs initdb with a generated password for the superuser.
    func create() async throws(PostgresClusterError) {
        let password = try self.secret(of: Self.superuser)
        // initdb reads the password as the server's user, so it gets a file of that user's.
        let passwordFile = "\(self.socketFolder)/password"
        try Self.write(password, to: passwordFile)
        defer { unlink(passwordFile) }
        if let user = self.binaries.user, lchown(passwordFile, user.id, user.group) != 0 {
            throw .file(passwordFile, errno: errno)
        }
        var arguments = [
            "--pgdata=\(self.dataFolder)", "--username=\(Self.superuser)",
            "--pwfile=\(passwordFile)", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
        ]
        if self.options.hastyCreation { arguments.append("--no-sync") }
        try await PostgresProgram.run(self.binaries.command("initdb", arguments))
    }

    /// The password of a role: made up when it is first asked for, and the same ever after.
    func secret(of role: String) throws(PostgresClusterError) -> String {
        let path = "\(self.folder)/secrets/\(role)"
        if let known = try? String(contentsOfFile: path, encoding: .utf8), !known.isEmpty {
            return known
        }
        var random = SystemRandomNumberGenerator()
        let password = (0..<4).map { _ in String(random.next(), radix: 36) }.joined()
        try Self.write(password, to: path)
        return password
    }

    private func makeFolder(_ path: String, mode: mode_t?) throws(PostgresClusterError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path, errno: errno)
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .file(path, errno: ENOTDIR)
        }
        // Someone else's folder in /tmp is not ours to use.
        let owners = [geteuid(), self.binaries.user?.id ?? geteuid()]
        guard mode == nil || owners.contains(status.st_uid) else {
            throw .file(path, errno: EPERM)
        }
        if let mode, chmod(path, mode) != 0 { throw .file(path, errno: errno) }
    }

    /// A folder that stands in for this cluster's when the server's user cannot reach it, as below
    /// root's home: the same one at each start. `nil` when there is no need.
    package var reachableStandIn: String? {
        guard let user = self.binaries.user, self.unreachableFolder(for: user) != nil else {
            return nil
        }
        return "/var/tmp/florin-\(String(Self.fingerprint(self.folder), radix: 36))"
    }

    /// PostgreSQL's own message would be a bare "permission denied" deep in a log.
    private func checkTraversable() throws(PostgresClusterError) {
        guard let user = self.binaries.user, let path = self.unreachableFolder(for: user) else {
            return
        }
        throw .folderNotTraversable(path, user: user.name)
    }

    /// The first folder on the way to the cluster's that `user` may not pass through.
    private func unreachableFolder(for user: PostgresBinaries.User) -> String? {
        var path = ""
        for component in self.folder.split(separator: "/") {
            path += "/\(component)"
            var status = stat()
            // What is not there yet will be made by us, and open to it.
            guard stat(path, &status) == 0 else { return nil }
            let needed: mode_t =
                if status.st_uid == user.id {
                    S_IXUSR
                } else if status.st_gid == user.group {
                    S_IXGRP
                } else {
                    S_IXOTH
                }
            if status.st_mode & needed == 0 { return path }
        }
        return nil
    }

    /// Writes a new file that only its owner may read.
    private static func write(_ text: String, to path: String) throws(PostgresClusterError) {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .file(path, errno: errno) }
        let bytes = Array(text.utf8)
        let written = Glibc.write(file, bytes, bytes.count)
        guard written == bytes.count, close(file) == 0 else { throw .file(path, errno: errno) }
    }

    /// FNV-1a: the same for the same path, in every process.
    private static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
