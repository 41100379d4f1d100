internal import Foundation

/// Holds a lock file for as long as it lives, so that one system at most uses a data folder.
///
/// The kernel gives the lock back when the process ends, however it ends. Children do not inherit
/// the descriptor.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `.alreadyRunning` while another process holds it; `.fileFailed`.
    init(_ layout: DevLayout) throws(DevError) {
        let descriptor = open(layout.lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DevError(
                .fileFailed, "cannot open \(layout.lock): \(String(cString: strerror(errno)))",
                hint: "Make the folder writable, or choose another with --data.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DevError(
                .alreadyRunning, "a system runs on \(layout.data) already",
                hint: "Use it as it is, stop it with: florin dev stop --data \(layout.data), "
                    + "or start another on a folder of its own with --data.")
        }
        self.descriptor = descriptor
    }

    deinit { close(self.descriptor) }
}
