internal import ArgumentParser
internal import RPC

/// How a command ended. `docs/cli.md` has the same list.
enum ExitStatus: Int32 {
    case done = 0
    /// It failed, or what it needs does not answer.
    case failed = 1
    /// What it asks for does not exist.
    case notFound = 3
    /// A declared refusal: a decline, a state that forbids it, a key used for something else.
    case refused = 4
    /// Not decided yet: the saga goes on, or an operator has to look.
    case undecided = 5
    /// The comparison was made, and something does not agree.
    case differs = 6
    /// A wrong argument. The number is the one ArgumentParser uses, from sysexits.h.
    case usage = 64

    var code: ExitCode { ExitCode(self.rawValue) }

    static let help = """
        Exit status: 0 done, 1 failed or unavailable, 3 not found, 4 declined or refused, \
        5 not decided yet (the saga goes on), 6 a comparison has findings, 64 a wrong argument.
        """

    init(_ error: RPCError) {
        switch error.code {
        case .ok: self = .done
        case .invalidArgument, .outOfRange: self = .usage
        case .notFound: self = .notFound
        case .failedPrecondition, .alreadyExists, .aborted: self = .refused
        case .deadlineExceeded: self = .undecided
        case .cancelled, .unknown, .permissionDenied, .resourceExhausted, .unimplemented,
            .internal, .unavailable, .dataLoss, .unauthenticated:
            self = .failed
        }
    }
}
