/// Decides what goes wrong: by chance, each fault at its own rate, or by a script.
final class FaultInjector {
    /// Once this is over nothing goes wrong any more.
    var isOpen = true
    private(set) var counts: [Fault: Int] = [:]
    private let kernel: Kernel
    private let rates: [Fault: UInt32]
    private var script: [ScriptedFault]

    init(kernel: Kernel, faults: FaultPlan) {
        self.kernel = kernel
        switch faults {
        case .rates(let rates):
            self.rates = rates
            self.script = []
        case .script(let script):
            self.rates = [:]
            self.script = script
        }
    }

    func strikes(_ fault: Fault, at place: Place) -> Bool {
        guard isOpen, isDue(fault, at: place) else { return false }
        count(fault)
        return true
    }

    func count(_ fault: Fault) { counts[fault, default: 0] += 1 }

    func rate(of fault: Fault) -> UInt32 { rates[fault] ?? 0 }

    private func isDue(_ fault: Fault, at place: Place) -> Bool {
        guard script.isEmpty else {
            guard let index = script.firstIndex(where: { $0.fault == fault && $0.place == place })
            else { return false }
            script.remove(at: index)
            return true
        }
        guard let rate = rates[fault] else { return false }
        return kernel.random.chance(rate)
    }
}

/// What goes wrong in one simulation.
package enum FaultPlan: Hashable, Sendable {
    /// Of a thousand times, how many.
    case rates([Fault: UInt32])
    /// Each the first time that it can.
    case script([ScriptedFault])
}

package struct ScriptedFault: Hashable, Sendable, CustomStringConvertible {
    package let fault: Fault
    package let place: Place

    package init(_ fault: Fault, at place: Place) {
        self.fault = fault
        self.place = place
    }

    package var description: String { "\(fault.rawValue)@\(place.act.rawValue)\(place.number)" }
}
