/// Exactly what goes wrong in one history of the saga of five steps.
package struct FaultScript: Hashable, Sendable {
    package let faults: [ScriptedFault]
    /// The step that the participants refuse, if any.
    package let refusing: Int?

    package init(_ faults: [ScriptedFault], refusing: Int? = nil) {
        self.faults = faults
        self.refusing = refusing
    }
}

extension FaultScript {
    /// The sagas that are tried: one that succeeds, and one refused at each step up to the pivot.
    package static let refusals: [Int?] = [nil, 0, 1, 2]

    /// Each fault alone, at each place where it can strike.
    package static var singles: [FaultScript] {
        refusals.flatMap { refusing in
            ScriptedFault.all.map { FaultScript([$0], refusing: refusing) }
        }
    }

    /// Each fault with each other, and with itself a second time, in the saga that succeeds and
    /// in the one whose pivot is refused.
    package static var pairs: [FaultScript] {
        [nil, 2].flatMap { (refusing: Int?) in
            ScriptedFault.all.enumerated().flatMap { index, first in
                ScriptedFault.all[index...].map { FaultScript([first, $0], refusing: refusing) }
            }
        }
    }
}

extension ScriptedFault {
    /// All that can strike the saga of five steps: two that can be undone, the pivot, two that
    /// follow; the second and the pivot with the acquirer.
    package static let all: [ScriptedFault] = {
        let message: [Fault] = [
            .requestLost, .requestDoubled, .requestLate, .answerLost, .answerLate, .notDone,
            .doneButError,
        ]
        let store: [Fault] = [.storeRefuses, .storeUnknown, .storeLate]
        let process: [Fault] = [
            .crashBefore, .crashAfter, .pauseBefore, .pauseAfter, .clockForward, .clockBack,
            .drained,
        ]
        var all: [ScriptedFault] = []
        func add(_ faults: [Fault], _ place: Place) {
            all += faults.map { ScriptedFault($0, at: place) }
        }
        for step in 0..<5 {
            add(message + process, Place(.action, step))
            if step != 2 { add([.refused], Place(.action, step)) }
        }
        for step in 0..<2 { add(message + process, Place(.compensation, step)) }
        add([.acquirerSlow], Place(.action, 1))
        add([.acquirerSlow], Place(.action, 2))
        add([.acquirerSlow], Place(.compensation, 1))
        for status in 0..<4 { add(process, Place(.save, status)) }
        add(store, Place(.flush))
        for act in [Place.Act.insert, .claim, .renew, .load, .discard] {
            add(store + [.crashBefore, .crashAfter, .pauseBefore, .pauseAfter], Place(act))
        }
        return all
    }()
}

extension FaultScript: LosslessStringConvertible {
    /// "requestLost@action0,crashAfter@save1", with ":2" behind it if step 2 is refused.
    package var description: String {
        let faults = faults.map(\.description).joined(separator: ",")
        return faults + (refusing.map { ":\($0)" } ?? "")
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let first = parts.first else { return nil }
        var faults: [ScriptedFault] = []
        for name in first.split(separator: ",") {
            guard let fault = ScriptedFault.all.first(where: { $0.description == name }) else {
                return nil
            }
            faults.append(fault)
        }
        var refusing: Int?
        if parts.count == 2 {
            guard let step = Int(parts[1]), (0...2).contains(step) else { return nil }
            refusing = step
        }
        self.init(faults, refusing: refusing)
    }
}
