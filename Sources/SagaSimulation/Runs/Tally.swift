package import SagaCore

/// What many simulations came to.
package struct Tally: Sendable {
    /// A history in which a rule was broken, and what runs it again.
    package struct Failure: Sendable {
        package let replay: String
        package let violations: [Violation]
    }

    package private(set) var histories = 0
    package private(set) var faults: [Fault: Int] = [:]
    package private(set) var ends: [SagaStatus: Int] = [:]
    package private(set) var neverBegan = 0
    package private(set) var resumed = 0
    package private(set) var failures: [Failure] = []

    package init() {}

    package mutating func add(_ result: SimulationResult, replay: @autoclosure () -> String) {
        histories += 1
        faults.merge(result.faults, uniquingKeysWith: +)
        ends.merge(result.ends, uniquingKeysWith: +)
        neverBegan += result.neverBegan
        resumed += result.resumed
        guard !result.violations.isEmpty else { return }
        failures.append(Failure(replay: replay(), violations: result.violations))
    }

    package mutating func add(_ other: Tally) {
        histories += other.histories
        faults.merge(other.faults, uniquingKeysWith: +)
        ends.merge(other.ends, uniquingKeysWith: +)
        neverBegan += other.neverBegan
        resumed += other.resumed
        failures += other.failures
    }
}
