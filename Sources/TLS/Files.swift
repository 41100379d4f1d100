internal import Glibc

/// The few things done with files here: small ones, read and written whole.
enum Files {
    /// Certificates and keys are a few kilobytes.
    private static let limit = 1 << 20

    static func read(_ path: String) throws(TLSError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure("cannot read", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { throw Self.failure("cannot read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= Self.limit else { throw TLSError(.file, "\(path) is too large") }
        }
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Makes the folder with its parents; nobody else may look into it.
    static func makePrivateFolder(_ path: String) throws(TLSError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made == "/" ? String(part) : "/\(part)"
            if unsafe mkdir(made, 0o700) != 0, errno != EEXIST {
                throw Self.failure("cannot make folder", made)
            }
        }
        guard unsafe chmod(path, 0o700) == 0 else { throw Self.failure("cannot protect", path) }
    }

    /// Writes the file whole or not at all: a reader sees the old bytes or the new ones.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(TLSError) {
        let temporary = "\(path).\(getpid()).new"
        _ = unsafe unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let file = unsafe open(temporary, flags, mode)
        guard file >= 0 else { throw Self.failure("cannot write", temporary) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            guard count >= 0 else {
                close(file)
                throw Self.failure("cannot write", temporary)
            }
            written += count
        }
        // The mode again: the process's umask may have taken from what `open` was given.
        let isDurable = fchmod(file, mode) == 0 && fsync(file) == 0
        close(file)
        guard isDurable, unsafe rename(temporary, path) == 0 else {
            throw Self.failure("cannot write", path)
        }
    }

    /// Runs `body` while no other process holds the lock on the file at `path`, which is there.
    static func withLock<Result>(
        on path: String, _ body: () throws(TLSError) -> Result
    ) throws(TLSError) -> Result {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure("cannot read", path) }
        // Closing gives the lock back.
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure("cannot lock", path) }
        }
        return try body()
    }

    private static func failure(_ doing: String, _ path: String) -> TLSError {
        TLSError(.file, "\(doing) \(path): \(unsafe String(cString: strerror(errno)))")
    }
}
