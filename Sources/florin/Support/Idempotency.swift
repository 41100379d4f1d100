internal import ArgumentParser
internal import Identifiers
internal import RPC

/// The key under which a call that changes something happens at most once.
struct IdempotencyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Repeat an earlier call safely by its key.",
            discussion: "A new key is made when none is given, and shown if the call fails.",
            valueName: "key"))
    var idempotencyKey: String?

    /// Calls `body` with the key, and names the key when the answer is not known.
    func withKey<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let key =
            self.idempotencyKey ?? "cli_\(SystemIdentifierSource().next(ScriptKind.self).uuid)"
        do {
            return try await body(key)
        } catch let error as RPCError where error.mayHaveRun && Self.isUnknown(error) {
            var failure = Failure(error)
            failure.hint = "It may have been done. Repeat it safely with: --idempotency-key \(key)"
            throw failure
        }
    }

    /// Whether the call may or may not have been done.
    private static func isUnknown(_ error: RPCError) -> Bool {
        switch error.code {
        case .unavailable, .deadlineExceeded, .cancelled, .unknown, .internal, .aborted: true
        default: false
        }
    }
}
