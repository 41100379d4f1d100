/// What the troubles of a seed are about. Most have none and take what comes; some bring together
/// what chance alone seldom does.
enum Theme {
    case anything
    /// Engines that sleep through their lease around every call, on sagas whose participants
    /// change their mind: whoever wakes meets its successor half-way.
    case sleepwalkers
    /// Messages that outlive what sent them.
    case slowPost

    static func random(_ random: inout SeededRandom) -> Theme {
        switch random.number(0...9) {
        case 0, 1: .sleepwalkers
        case 2: .slowPost
        default: .anything
        }
    }

    /// Faults that happen in any case, and how often in a thousand times.
    var rates: [Fault: UInt32] {
        switch self {
        case .anything: [:]
        case .sleepwalkers: [.pauseBefore: 120, .pauseAfter: 60, .answerLate: 60]
        case .slowPost: [.requestLate: 250, .requestDoubled: 250, .answerLost: 120]
        }
    }

    /// How often a step is refused, if that belongs to it.
    var refusals: UInt32? {
        switch self {
        case .anything, .slowPost: nil
        case .sleepwalkers: 300
        }
    }
}
