internal import Identifiers

/// What happened, as a hash to compare histories by, and as lines to read if somebody wants to.
struct Trace {
    let isVerbose: Bool
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var lines: [String] = []

    init(isVerbose: Bool) { self.isVerbose = isVerbose }

    mutating func add(
        _ what: StaticString, at time: Timestamp, _ saga: UInt64, _ number: Int64,
        _ detail: () -> String
    ) {
        mix(UInt64(bitPattern: time.microseconds))
        what.withUTF8Buffer { for byte in $0 { mix(UInt64(byte)) } }
        mix(saga)
        mix(UInt64(bitPattern: number))
        guard isVerbose else { return }
        let millisecond = time.microseconds / 1_000 % 10_000_000
        lines.append("\(millisecond) \(what) saga \(saga) \(number) \(detail())")
    }

    private mutating func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x100_0000_01b3
    }
}
