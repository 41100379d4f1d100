internal import Foundation

/// How far long work has come, in one line on standard error; nothing when that is no terminal.
struct ProgressBar {
    let title: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var lastShown = ContinuousClock.now - .seconds(1)

    init(title: String) { self.title = title }

    mutating func show(_ done: Int64, of total: Int64) {
        let now = ContinuousClock.now
        guard self.isShown, now - self.lastShown > .milliseconds(100) else { return }
        self.lastShown = now
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
        let filled = Int(share * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        let rate = Int(Double(done) / max((now - self.start) / .seconds(1), 0.001))
        Self.write("\r\(self.title) \(bar) \(Int(share * 100)) %  \(done) of \(total), \(rate)/s ")
    }

    /// Takes the line away again.
    func clear() {
        if self.isShown { Self.write("\r\u{1b}[K") }
    }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
