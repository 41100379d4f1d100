internal import Foundation

/// Free ports on the loopback address.
enum Ports {
    /// A free port, `preferred` if it can be had.
    ///
    /// The port is free at the moment of the answer; whoever binds it finds out the rest.
    static func free(preferring preferred: Int, except taken: Set<Int>) throws(DevError) -> Int {
        if !taken.contains(preferred), self.bound(preferred) != nil { return preferred }
        for _ in 0..<16 {
            if let port = self.bound(0), !taken.contains(port) { return port }
        }
        throw DevError(
            .noFreePort, "no free port on 127.0.0.1",
            hint: "End what holds them, or choose others with --base-port.")
    }

    /// Binds `port` for a moment; 0 asks the kernel for one.
    private static func bound(_ port: Int) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, UInt32(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0,
                    getsockname(descriptor, address, &length) == 0
                else { return nil }
                return Int(in_port_t(bigEndian: pointer.pointee.sin_port))
            }
        }
    }
}
