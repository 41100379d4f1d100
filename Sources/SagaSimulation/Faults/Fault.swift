/// What can go wrong.
package enum Fault: String, CaseIterable, Hashable, Sendable {
    // On the way to a participant and back.
    case requestLost, requestDoubled, requestLate
    case answerLost, answerLate
    // At a participant.
    /// Its transaction failed: nothing was done.
    case notDone
    /// Its transaction was committed, and it answers an error.
    case doneButError
    /// It refuses what it would otherwise have done.
    case refused
    /// The acquirer takes its time: the step is in doubt.
    case acquirerSlow
    case participantDown
    // At the store.
    /// Not stored.
    case storeRefuses
    /// Stored, and answered with an error.
    case storeUnknown
    case storeLate
    case storeDown
    case storeClockJumps
    // In a process.
    case crashBefore, crashAfter, crashAnytime
    /// It sleeps for longer than its lease.
    case pauseBefore, pauseAfter, pauseAnytime
    case clockForward, clockBack
    case drained
}

extension Fault {
    /// Rates worth trying, in thousandths: of messages and transactions, of calls, of half seconds.
    var levels: [UInt32] {
        switch self {
        case .requestLost, .requestDoubled, .requestLate, .answerLost, .answerLate, .notDone,
            .doneButError, .refused, .acquirerSlow:
            [30, 120, 350]
        case .storeRefuses, .storeUnknown, .storeLate:
            [20, 80, 200]
        case .crashBefore, .crashAfter, .pauseBefore, .pauseAfter, .clockForward, .clockBack,
            .drained:
            [4, 12, 40]
        case .participantDown, .storeDown, .storeClockJumps, .crashAnytime, .pauseAnytime:
            [5, 15, 40]
        }
    }
}

/// Where something can go wrong.
package struct Place: Hashable, Sendable {
    package enum Act: String, CaseIterable, Hashable, Sendable {
        case action, compensation
        case insert, save, flush, claim, renew, load, discard
        case anywhere
    }

    package let act: Act
    /// Which step, or which status is stored.
    package let number: Int

    package init(_ act: Act, _ number: Int = 0) {
        self.act = act
        self.number = number
    }
}
