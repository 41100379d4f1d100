internal import Glibc

/// What the system says of this process, as Prometheus's own clients name it.
struct ProcessMetrics: Hashable, Sendable {
    var cpuSeconds: Double
    var residentBytes: Double
    var openFiles: Double
    /// Unix time.
    var startSeconds: Double

    /// - Parameters:
    ///   - stat: `/proc/self/stat`.
    ///   - system: `/proc/stat`, for the time of the boot.
    /// - Returns: `nil` for text that is not of that form.
    init?(stat: String, system: String, openFiles: Int, tickRate: Int, pageSize: Int) {
        // The second field is the program's name, which may hold anything, brackets and spaces too.
        guard let end = stat.lastIndex(of: ")"), tickRate > 0 else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Double(fields[11]), let kernel = Double(fields[12]),
            let start = Double(fields[19]), let pages = Double(fields[21]),
            let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let bootSeconds = Double(boot.dropFirst(6))
        else { return nil }
        self.cpuSeconds = (user + kernel) / Double(tickRate)
        self.residentBytes = pages * Double(pageSize)
        self.openFiles = Double(openFiles)
        self.startSeconds = bootSeconds + start / Double(tickRate)
    }

    /// `nil` where the system does not tell.
    static func read() -> ProcessMetrics? {
        guard let stat = self.file("/proc/self/stat"), let system = self.file("/proc/stat") else {
            return nil
        }
        return ProcessMetrics(
            stat: stat, system: system, openFiles: self.entries("/proc/self/fd"),
            tickRate: sysconf(Int32(_SC_CLK_TCK)), pageSize: sysconf(Int32(_SC_PAGESIZE)))
    }

    var blocks: [Block] {
        [
            Block(
                "process_cpu_seconds_total", .counter, "Processor time used, user and system.",
                self.cpuSeconds),
            Block(
                "process_resident_memory_bytes", .gauge, "Memory resident.", self.residentBytes),
            Block("process_open_fds", .gauge, "File descriptors open.", self.openFiles),
            Block(
                "process_start_time_seconds", .gauge, "When the process began, in Unix time.",
                self.startSeconds),
        ]
    }

    private static func file(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without the one that reading the folder takes.
    private static func entries(_ path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        // The folder itself, its parent and our own descriptor are entries too.
        while readdir(folder) != nil { count += 1 }
        return max(0, count - 3)
    }
}
