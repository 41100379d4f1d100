/// A rule that was broken.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, CaseIterable, Hashable, Sendable {
        case effectAtMostOnce
        case noCompensationWithoutAction
        case noActionAfterItsCompensation
        case stepsInOrder
        case undoneInReverse
        case noUndoingInDoubt
        case noLowerEpoch
        case leaseIsExclusive
        case oneFinalState
        case succeededMeansAllDone
        case compensatedMeansNetZero
        case noEffectWithoutItsSaga
        case oneSagaForOneKey
        case answeredIsStored
        case nothingStuck
        case engineAccepts
    }

    package let rule: Rule
    package let detail: String

    package var description: String { "\(rule.rawValue): \(detail)" }
}
