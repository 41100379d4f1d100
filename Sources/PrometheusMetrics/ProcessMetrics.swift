internal import Foundation
internal import Glibc

/// What the system knows of this process, under the names that Prometheus's own clients use.
enum ProcessMetrics {
    static func render() -> String {
        var cpu = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu)
        let seconds = Double(cpu.tv_sec) + Double(cpu.tv_nsec) / 1e9
        var text = Self.gauge(
            "process_cpu_seconds_total", "counter", TextFormat.number(seconds))
        if let memory = Self.residentBytes {
            text += Self.gauge("process_resident_memory_bytes", "gauge", "\(memory)")
        }
        let folder = "/proc/self/fd"
        if let files = try? FileManager.default.contentsOfDirectory(atPath: folder) {
            text += Self.gauge("process_open_fds", "gauge", "\(files.count)")
        }
        return text
    }

    private static func gauge(_ name: String, _ type: String, _ value: String) -> String {
        "# TYPE \(name) \(type)\n\(name) \(value)\n"
    }

    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return nil
        }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
