/// How much it matters that a call is answered when not all can be: the lowest are shed first.
package enum Priority: Int, CaseIterable, Comparable, Hashable, Sendable {
    /// Lists, reports, exports.
    case background
    case normal
    /// Moves money: a payment that was begun should end.
    case money
    /// Undoes what was done: without it money stays where it does not belong.
    case compensation

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
