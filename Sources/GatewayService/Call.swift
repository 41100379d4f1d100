internal import GatewayCore
internal import Identifiers
internal import Synchronization

/// One request: who asks, and for what.
struct Call: Sendable {
    let caller: Caller
    /// What stands in the path where the endpoint has a name with a colon.
    let ids: [String]
    var parameters: Parameters

    /// The id in the path.
    var id: String { self.ids.first ?? "" }
    /// What it leads to of that, in a path with two of them.
    var innerID: String { self.ids.count > 1 ? self.ids[1] : "" }
}

/// The carrying out of one request.
final class Execution: Sendable {
    let root: RootID
    /// Whether an earlier try of it was broken off.
    let isResumed: Bool
    private let acted = Atomic(false)
    private let movedMoney = Atomic(false)

    init(root: RootID, isResumed: Bool) {
        self.root = root
        self.isResumed = isResumed
    }

    /// The key of a call that this request makes: the same in every try.
    func key(_ step: String) -> String { "\(self.root)-\(step)" }

    /// Notes that something was done that a repeat must not do again.
    func note(movesMoney: Bool = false) {
        self.acted.store(true, ordering: .relaxed)
        if movesMoney { self.movedMoney.store(true, ordering: .relaxed) }
    }

    var hasActed: Bool { self.acted.load(ordering: .relaxed) }
    var hasMovedMoney: Bool { self.movedMoney.load(ordering: .relaxed) }
}

/// What a request is answered with.
struct Answer: Sendable {
    var status = 200
    let body: [UInt8]

    init(_ body: [UInt8]) { self.body = body }
}

/// A request that has been checked, ready to be carried out.
typealias Work = @Sendable (Execution) async throws -> Answer
