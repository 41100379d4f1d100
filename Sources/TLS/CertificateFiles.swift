internal import Glibc

/// When and how the files that a ``TLSContext`` reads lie in their folder: equal as long as nobody
/// has touched them.
package struct CertificateFiles: Hashable, Sendable {
    /// A file that is replaced by another has another inode; one that is written to, another time.
    private struct State: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let changed: [Int]
    }

    /// `nil` for a file that is not there.
    private let states: [State?]

    package init(in folder: String, role: Role) {
        self.states = ["ca.crt", "ca.crl", "\(role).crt", "\(role).key"].map { name in
            var found = stat()
            guard unsafe stat("\(folder)/\(name)", &found) == 0 else { return nil }
            return State(
                device: UInt64(found.st_dev), inode: UInt64(found.st_ino),
                size: Int64(found.st_size),
                changed: [
                    found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_ctim.tv_sec,
                    found.st_ctim.tv_nsec,
                ])
        }
    }
}
